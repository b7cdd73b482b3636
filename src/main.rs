//! The `iwashi` program.

fn main() -> std::process::ExitCode {
    quiet_wayland();
    iwashi::cli::main()
}

/// Without this variable the Wayland library, which software Vulkan drivers ask whether there is a display, prints lines
/// that begin with `error:` on every look at the adapters, and they read like failures of ours. Where a Wayland display is
/// named, the variable is left for the user to mend.
fn quiet_wayland() {
    let unset = |name| std::env::var_os(name).is_none();
    if cfg!(unix) && unset("XDG_RUNTIME_DIR") && unset("WAYLAND_DISPLAY") {
        // SAFETY: the first thing that the program does: no other thread runs yet that could read the environment.
        unsafe { std::env::set_var("XDG_RUNTIME_DIR", std::env::temp_dir()) };
    }
}
