//! `iwashi set` and `iwashi diff`: scene files changed where they stand, and scenes compared. Knows nothing of running.

use std::path::Path;

use serde_json::json;

use super::args::{DiffArgs, SetArgs};
use super::{Done, Failure, say};
use crate::run;
use crate::scene::{self, Difference, SaveError, SceneSpec, When, WriteBackError};

/// Longest value that a table shows whole; lists of obstacles would fill the screen.
const WIDEST: usize = 48;

impl From<WriteBackError> for Failure {
    fn from(error: WriteBackError) -> Failure {
        Failure::usage(error.to_string())
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Failure {
        match error {
            SaveError::Taken(_) => Failure::usage(error.to_string()),
            _ => Failure::failed(error.to_string()),
        }
    }
}

/// `iwashi set`.
pub fn set(args: &SetArgs) -> Result<Done, Failure> {
    let name = &args.scene;
    let file = scene::load(name)?;
    if file.ships() && args.output.is_none() && !args.dry_run {
        let text = format!("`{name}` ships with the program: say with -o FILE where its changed copy is to go");
        return Err(Failure::usage(text));
    }
    let mut wanted = file.spec.clone();
    for (path, value) in &args.values {
        scene::set(&mut wanted, path, value).map_err(|e| Failure::usage(format!("{path}={value}: {e}")))?;
    }
    let changes = scene::differences(&file.spec, &wanted);
    let text = scene::write_back(&file.text, &file.origin, &wanted)?;
    let target = args.output.as_deref().unwrap_or(Path::new(name));
    match &args.output {
        _ if args.dry_run => {}
        Some(output) => scene::create(output, &text)?,
        None if changes.is_empty() => {}
        None => scene::replace(target, &file.text, &text)?,
    }
    let written = !args.dry_run && (args.output.is_some() || !changes.is_empty());
    if args.json {
        let target = written.then(|| target.display().to_string());
        let changes: Vec<_> = changes.iter().map(object).collect();
        say(&format!("{}\n", json!({"scene": name, "changes": changes, "written": target})));
        return Ok(Done::Whole);
    }
    say(&match changes.is_empty() {
        true => "nothing changes\n".to_owned(),
        false => table(["value", "was", "is now"], &changes),
    });
    if written {
        say(&format!("written: {}\n", target.display()));
    }
    Ok(Done::Whole)
}

/// `iwashi diff`.
pub fn diff(args: &DiffArgs) -> Result<Done, Failure> {
    let first = read(&args.first)?;
    let (before, after, found) = match &args.second {
        Some(second) => (&*args.first, &**second, scene::differences(&first, &read(second)?)),
        None => ("default", &*args.first, scene::unlike_defaults(&first)),
    };
    say(&if args.json {
        let found: Vec<_> = found.iter().map(object).collect();
        format!("{}\n", json!({"before": before, "after": after, "differences": found}))
    } else if found.is_empty() {
        "no difference\n".to_owned()
    } else {
        table(["value", before, after], &found)
    });
    Ok(Done::Whole)
}

/// A scene by name or path, or the one that a run folder ran.
fn read(name: &str) -> Result<SceneSpec, Failure> {
    match Path::new(name).is_dir() {
        true => run::read_scene(Path::new(name))
            .map_err(|error| Failure::usage(format!("{name} is not the folder of a run: {error}"))),
        false => Ok(scene::load(name)?.spec),
    }
}

fn object(difference: &Difference) -> serde_json::Value {
    let Difference { path, before, after, structural, .. } = difference;
    json!({"path": path, "before": before, "after": after, "when": when(difference), "structural": structural})
}

fn when(difference: &Difference) -> &'static str {
    match difference.when {
        When::Now => "now",
        When::Restart => "restart",
    }
}

/// Differences as a table, a line each.
fn table(heads: [&str; 3], differences: &[Difference]) -> String {
    let short = |text: &str| match text.chars().count() > WIDEST {
        true => text.chars().take(WIDEST - 1).chain(['…']).collect(),
        false => text.to_owned(),
    };
    let mut rows = vec![[short(heads[0]), short(heads[1]), short(heads[2]), "takes effect".into()]];
    rows.extend(differences.iter().map(|d| [d.path.clone(), short(&d.before), short(&d.after), when(d).into()]));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let [a, b, c] = [width(0), width(1), width(2)];
    rows.iter().map(|[path, before, after, when]| format!("{path:a$}  {before:>b$}  {after:>c$}  {when}\n")).collect()
}
