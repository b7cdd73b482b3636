//! The command that makes a run or a sweep again, from what it was started with. Flags that change no result are left
//! out. Knows nothing of what it runs.

use std::path::Path;

use super::args::Common;
use super::runs::Until;
use crate::report::end_flags;

/// A command line as a shell takes it.
pub fn command(
    door: &str,
    scene: &str,
    end: Until,
    from: &[String],
    common: &Common,
    script: Option<&Path>,
    backend: &str,
) -> String {
    let mut words = vec!["iwashi".to_string(), door.to_string(), word(scene)];
    let mut flag = |name: &str, value: &str| words.extend([name.to_string(), word(value)]);
    for (path, value) in &common.sets {
        flag("--set", &format!("{path}={value}"));
    }
    from.iter().for_each(|file| flag("--from", file));
    if let Some(seed) = common.seed {
        flag("--seed", &seed.to_string());
    }
    if let Some(worlds) = common.worlds {
        flag("--worlds", &worlds.to_string());
    }
    if let Some(script) = script {
        flag("--commands", &script.display().to_string());
    }
    flag("--backend", backend);
    for (name, value) in end_flags(end.goal, &end.stop) {
        flag(name, &value);
    }
    if common.trained {
        words.push("--trained".to_string());
    }
    words.join(" ")
}

/// A word of a command line: in quotes wherever a shell would see more in it than letters.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_string()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Goal, StopRule};

    #[test]
    fn the_command_says_all_that_changes_a_result() {
        let common = Common {
            seed: Some(7),
            sets: vec![("species[0].name".into(), "\"it's\"".into())],
            threads: Some(3),
            quiet: true,
            out: Some("somewhere".into()),
            ..Common::default()
        };
        let end = Until { goal: Goal::Generations(40), stop: StopRule { target: Some(-1.5), stagnation: Some(9) } };
        let made = command("evolve", "my scene.ron", end, &["a=b.safetensors".into()], &common, None, "cpu");
        assert_eq!(
            made,
            r#"iwashi evolve 'my scene.ron' --set 'species[0].name="it'\''s"' --from a=b.safetensors --seed 7 --backend cpu --generations 40 --target -1.5 --stagnation 9"#
        );
    }
}
