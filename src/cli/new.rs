//! `iwashi new`: a scene of one's own, from a template. Knows nothing of what is in them.

use std::path::Path;

use super::args::NewArgs;
use super::{Done, Failure, say};
use crate::report::quoted;
use crate::scene::{self, TEMPLATES, Template};

/// Lists templates, or writes one where nothing is yet.
pub fn new(args: &NewArgs) -> Result<Done, Failure> {
    let Some(name) = &args.template else {
        let width = TEMPLATES.iter().map(|template| template.name.len()).max().unwrap_or(0);
        for Template { name, about, .. } in &TEMPLATES {
            say(&format!("{name:width$}  {about}\n"));
        }
        say("begin with one: iwashi new TEMPLATE my.ron\n");
        return Ok(Done::Whole);
    };
    let template = Template::named(name).map_err(Failure::usage)?;
    let path = match &args.path {
        Some(path) => path.clone(),
        None => Path::new(name).with_extension("ron"),
    };
    scene::create(&path, template.text)?;
    let path = quoted(&path);
    say(&format!("written: {path}\nwindow:  iwashi {path}\ncheck:   iwashi check {path}\n"));
    Ok(Done::Whole)
}
