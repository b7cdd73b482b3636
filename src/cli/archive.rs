//! `iwashi archive`: what a run has found along its axes of behaviour, as text, table and picture, and any elite of it as a
//! genome file. Knows nothing of how archives are filled.

use std::path::Path;

use serde_json::json;

use super::args::ArchiveArgs;
use super::{Done, Failure, say};
use crate::evolution::archive::{Archive, Elite};
use crate::files;
use crate::report::lines::{number, percent};
use crate::run::{Past, RunError};
use crate::scene::{Evolution, SceneSpec};
use crate::simulation::Checkpoint;

/// Pixels along the longer side of a map, about: what a screen shows well.
const MAP_SIZE: usize = 800;
/// Largest cell on a map, pixels.
const LARGEST_CELL: usize = 40;
/// Colours of a map from the least to the most, evenly spaced: dark blue, green, yellow, as bright as they are good.
const COLORS: [[f32; 3]; 4] = [[58.0, 44.0, 120.0], [32.0, 120.0, 142.0], [82.0, 190.0, 110.0], [250.0, 230.0, 60.0]];

/// `iwashi archive`.
pub fn archive(args: &ArchiveArgs) -> Result<Done, Failure> {
    let past = Past::read(&args.run)?;
    let checkpoint = &past.loaded.checkpoint;
    let archives = checkpoint.archives()?;
    let (species, archive) = chosen(args, &checkpoint.scene, &archives)?;
    // A cell that there is not is refused before anything is told or written.
    let wanted = args.output.as_ref().map(|path| Ok::<_, Failure>((path, elite(archive, &args.elite)?))).transpose()?;
    say(&if args.json { object(checkpoint, species, archive) } else { text(checkpoint, species, archive) });
    if let Some(path) = &args.png {
        write(path, &picture(archive).map_err(|e| Failure::failed(format!("{}: {e}", path.display())))?)?;
    }
    if let Some(path) = &args.csv {
        write(path, table(archive).as_bytes())?;
    }
    if let Some((path, elite)) = wanted {
        let file = checkpoint.elite_file(species, elite);
        write(path, &file.encode().map_err(|e| Failure::failed(e.to_string()))?)?;
    }
    Ok(Done::Whole)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::write_whole(path, &[bytes]).map_err(|e| RunError::from(e).into())
}

/// The archive that is asked for, with its species.
fn chosen<'a>(
    args: &ArchiveArgs,
    scene: &SceneSpec,
    archives: &'a [(usize, Archive)],
) -> Result<(usize, &'a Archive), Failure> {
    let run = args.run.display();
    let names: Vec<&str> = archives.iter().map(|(species, _)| &*scene.species[*species].name).collect();
    let found = match (&args.species, archives) {
        (_, []) => {
            let kinds = "MapElites, CmaMe, CmaMae or Novelty";
            return Err(Failure::usage(format!("{run} has no archive: no species of it evolves by {kinds}")));
        }
        (None, [one]) => Some(one),
        (None, _) => {
            let text = format!("{run} has several archives; say which with --species: {}", names.join(", "));
            return Err(Failure::usage(text));
        }
        (Some(name), _) => archives.iter().find(|(species, _)| scene.species[*species].name == *name),
    };
    let (species, archive) = found.ok_or_else(|| {
        let name = args.species.as_deref().unwrap_or_default();
        Failure::usage(format!("--species {name}: {run} has no such archive; there is one of {}", names.join(", ")))
    })?;
    Ok((*species, archive))
}

/// The elite of a cell, or what stands in the way.
fn elite<'a>(archive: &'a Archive, along: &[u32]) -> Result<&'a Elite, Failure> {
    let axes = archive.axes();
    let given: Vec<String> = along.iter().map(u32::to_string).collect();
    let given = given.join(",");
    if along.len() != axes.len() {
        let wrong = format!("--elite {given} has {} numbers, and the archive {} axes", along.len(), axes.len());
        return Err(Failure::usage(format!("{wrong}: a number for each of {}", names(archive).join(", "))));
    }
    if let Some((n, axis)) = along.iter().zip(axes).find(|(n, axis)| **n >= axis.cells) {
        let last = axis.cells - 1;
        return Err(Failure::usage(format!("--elite {given}: {} has cells 0 to {last}, and no {n}", axis.name)));
    }
    archive.at(along).ok_or_else(|| {
        let off = |at: &[u32]| at.iter().zip(along).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum::<u64>();
        let nearest = archive.elites().map(|(at, _)| at).min_by_key(|at| off(at));
        let right = nearest
            .map_or("the archive is empty".to_string(), |at| format!("the nearest that is not is {}", joined(&at)));
        Failure::usage(format!("--elite {given}: that cell is empty; {right}"))
    })
}

fn names(archive: &Archive) -> Vec<&str> {
    archive.axes().iter().map(|axis| &*axis.name).collect()
}

fn joined(along: &[u32]) -> String {
    along.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// Fitness that counts as nothing in the QD score.
fn offset(scene: &SceneSpec, species: usize) -> f32 {
    match &scene.species[species].evolution {
        Evolution::Generational(g) => g.qd_offset,
        _ => 0.0,
    }
}

/// The best elite with its cell.
fn best(archive: &Archive) -> Option<(Vec<u32>, &Elite)> {
    let best = archive.best()?;
    archive.elites().find(|(_, elite)| elite.id == best.id)
}

/// Ends of what elites have on an axis.
fn ends(archive: &Archive, axis: usize) -> [f32; 2] {
    let places = archive.elites().map(|(_, elite)| elite.descriptor[axis]);
    places.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], place| [low.min(place), high.max(place)])
}

fn text(checkpoint: &Checkpoint, species: usize, archive: &Archive) -> String {
    let offset = offset(&checkpoint.scene, species);
    let mut text = format!(
        "{}: {} of {} cells, coverage {}, QD score {} (fitness above {})\n",
        checkpoint.scene.species[species].name,
        archive.occupied(),
        archive.cells(),
        percent(archive.coverage() as f32),
        number(archive.qd_score(offset) as f32),
        number(offset),
    );
    if let Some((along, elite)) = best(archive) {
        let places = archive.axes().iter().zip(&elite.descriptor);
        let places: Vec<String> = places.map(|(axis, place)| format!("{} {}", axis.name, number(*place))).collect();
        text += &format!(
            "best elite: fitness {}, id {}, cell {} ({})\n",
            number(elite.objective),
            elite.id,
            joined(&along),
            places.join(", ")
        );
    }
    for (index, axis) in archive.axes().iter().enumerate() {
        let reach = match ends(archive, index) {
            [low, high] if low <= high => format!("; elites from {} to {}", number(low), number(high)),
            _ => String::new(),
        };
        let (low, high) = (number(axis.low), number(axis.high));
        text += &format!("axis {index}: {}, {low} to {high} in {} cells{reach}\n", axis.name, axis.cells);
    }
    text
}

fn object(checkpoint: &Checkpoint, species: usize, archive: &Archive) -> String {
    let offset = offset(&checkpoint.scene, species);
    let axes: Vec<_> = archive
        .axes()
        .iter()
        .map(|axis| json!({"name": axis.name, "low": axis.low, "high": axis.high, "cells": axis.cells}))
        .collect();
    let best = best(archive).map(|(cell, elite)| {
        json!({"fitness": elite.objective, "id": elite.id, "cell": cell, "descriptor": elite.descriptor})
    });
    format!(
        "{}\n",
        json!({
            "species": checkpoint.scene.species[species].name,
            "cells": archive.cells(),
            "occupied": archive.occupied(),
            "coverage": archive.coverage(),
            "qd_score": archive.qd_score(offset),
            "qd_offset": offset,
            "axes": axes,
            "best": best,
        })
    )
}

/// All elites, in the order in which their cells were found: the cell along each axis, the place on it, fitness and id.
fn table(archive: &Archive) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let cells = archive.axes().iter().map(|axis| format!("cell of {}", axis.name));
    let places = archive.axes().iter().map(|axis| axis.name.clone());
    // Writing to memory does not fail, and all rows have as many columns.
    let _ = writer.write_record(cells.chain(places).chain(["fitness".into(), "id".into()]));
    for (along, elite) in archive.elites() {
        let cells = along.iter().map(u32::to_string);
        let places = elite.descriptor.iter().map(f32::to_string);
        let _ = writer.write_record(cells.chain(places).chain([elite.objective.to_string(), elite.id.to_string()]));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A colour for a share of the way from the least to the most.
fn color(share: f32) -> [u8; 3] {
    let at = share.clamp(0.0, 1.0) * (COLORS.len() - 1) as f32;
    let first = (at as usize).min(COLORS.len() - 2);
    let rest = at - first as f32;
    std::array::from_fn(|i| (COLORS[first][i] + rest * (COLORS[first + 1][i] - COLORS[first][i])).round() as u8)
}

/// A map along the first two axes as a PNG file, the best over the others: the second axis goes up.
fn picture(archive: &Archive) -> Result<Vec<u8>, png::EncodingError> {
    let cells = archive.seen_along(0, 1);
    let (tall, wide) = (cells.len(), cells.first().map_or(0, Vec::len));
    let size = (MAP_SIZE / tall.max(wide).max(1)).clamp(1, LARGEST_CELL);
    let best = || cells.iter().flatten().flatten().copied();
    let (low, high) = (best().fold(f32::INFINITY, f32::min), best().fold(f32::NEG_INFINITY, f32::max));
    let span = (high - low).max(f32::MIN_POSITIVE);
    let mut pixels = Vec::with_capacity(tall * wide * size * size * 3);
    for row in cells.iter().rev() {
        let line: Vec<u8> = row
            .iter()
            .map(|value| value.map_or([0; 3], |value| color((value - low) / span)))
            .flat_map(|color| std::iter::repeat_n(color, size).flatten())
            .collect();
        (0..size).for_each(|_| pixels.extend_from_slice(&line));
    }
    let mut bytes = vec![];
    let mut encoder = png::Encoder::new(&mut bytes, (wide * size) as u32, (tall * size) as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::archive::Axis;

    #[test]
    fn a_map_shows_each_cell_where_it_is() {
        let axis = |cells| Axis { name: "x".into(), low: 0.0, high: 1.0, cells };
        let mut archive = Archive::new(vec![axis(4), axis(2)]);
        let elite = |objective, x, y| Elite { genome: vec![], objective, descriptor: vec![x, y], id: 0 };
        archive.add(&[elite(1.0, 0.0, 0.0), elite(5.0, 1.0, 1.0)], None);
        let bytes = picture(&archive).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (160, 80));
        let pixel = |x: usize, y: usize| &pixels[(y * 160 + x) * 3..][..3];
        // The first row of pixels is the top.
        assert_eq!([pixel(159, 0), pixel(0, 79)], [&color(1.0)[..], &color(0.0)]);
        assert_eq!([pixel(0, 0), pixel(60, 60)], [[0; 3]; 2]);
        assert_eq!([color(0.0), color(1.0), color(9.0)], [[58, 44, 120], [250, 230, 60], [250, 230, 60]]);
    }
}
