//! The `iwashi` program.

fn main() -> std::process::ExitCode {
    iwashi::cli::main()
}
