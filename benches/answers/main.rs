//! Whether the engine computes what the rows of `benches/goals.py` say it does: asked before anything is timed.
//! `answers school SCENE` compares what fish of a school sense and decide with a plain reading of the scene in double
//! precision; `answers flocking FILE STEPS` scores worlds that EvoJAX scored too (`benches/peers/evojax/check.py`). Goes
//! through the library's public face, and knows nothing of time.

mod flocking;
mod school;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = match words[..] {
        ["school", scene] => school::check(scene),
        ["flocking", file, steps] => match steps.parse() {
            Ok(steps) => flocking::score(file, steps),
            Err(_) => Err(format!("`{steps}` is no number of steps")),
        },
        // `cargo bench` runs every target without words.
        [] => Ok("usage: answers school SCENE | answers flocking FILE STEPS".into()),
        _ => Err(format!("`{}`: expected `school SCENE` or `flocking FILE STEPS`", words.join(" "))),
    };
    match told {
        Ok(told) => println!("{told}"),
        Err(wrong) => {
            eprintln!("answers: {wrong}");
            std::process::exit(1)
        }
    }
}
