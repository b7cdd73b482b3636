//! Fields as soft colour: one picture under a plane, spots of light in a volume. Knows nothing of the device.

use crate::app::view::colors::{linear3, to_byte};
use crate::app::view::{FieldPicture, Splat};
use crate::layout::FieldParams;
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// Texels a side that a picture of coarse cells is spread over.
const SOFT_SIDE: u32 = 256;

/// All visible fields of a plane as one picture; `None` when there are none. At most 512 texels a side; the edges of
/// coarse cells are softened away.
pub fn picture(scene: &SceneSpec, plan: &Plan, values: &[f32]) -> Option<FieldPicture> {
    let shown: Vec<_> = scene.fields.iter().zip(&plan.fields).filter(|(spec, _)| spec.visible).collect();
    let widest = |axis: usize| shown.iter().map(|(_, p)| p.dims[axis]).max();
    let (width, height) = (widest(0)?.clamp(1, 512), widest(1)?.clamp(1, 512));
    let mut light = vec![[0.0f32; 3]; (width * height) as usize];
    for (spec, p) in shown {
        let color = linear3(spec.color);
        let cells = p.start as usize..(p.start + p.dims.iter().product::<u32>()) as usize;
        let Some(values) = values.get(cells) else { continue };
        for y in 0..height {
            let row = (y * p.dims[1] / height * p.dims[0]) as usize;
            for x in 0..width {
                let share = (values[row + (x * p.dims[0] / width) as usize] / p.capacity).clamp(0.0, 1.0);
                if share > 0.0 {
                    let texel = &mut light[(y * width + x) as usize];
                    // The root keeps thin traces visible beside full cells.
                    let bright = 0.26 * share.sqrt();
                    for k in 0..3 {
                        texel[k] += color[k] * bright;
                    }
                }
            }
        }
    }
    let bytes: Vec<[f32; 3]> = light.iter().map(|texel| texel.map(|c| f32::from(to_byte(c)))).collect();
    let times = (SOFT_SIDE / width.max(height)).clamp(1, 8);
    let across = spread(&bytes, width as usize, times as usize);
    // Columns become rows and back, so that one pass serves both ways.
    let upright = turned(&across, (width * times) as usize);
    let both = turned(&spread(&upright, height as usize, times as usize), (height * times) as usize);
    let rgba = both.iter().flat_map(|c| [c[0] as u8, c[1] as u8, c[2] as u8, 255]).collect();
    Some(FieldPicture { size: [width * times, height * times], rgba })
}

/// Each row made `times` as long by a cubic B-spline through its texels: no overshoot, and no corner at a cell's edge.
fn spread(texels: &[[f32; 3]], width: usize, times: usize) -> Vec<[f32; 3]> {
    if times == 1 {
        return texels.to_vec();
    }
    let weights: Vec<(isize, [f32; 4])> = (0..times)
        .map(|k| {
            let at = (k as f32 + 0.5) / times as f32 - 0.5;
            let f = at - at.floor();
            let (f2, f3) = (f * f, f * f * f);
            let w = [1.0 - 3.0 * f + 3.0 * f2 - f3, 4.0 - 6.0 * f2 + 3.0 * f3, 1.0 + 3.0 * f + 3.0 * f2 - 3.0 * f3, f3];
            (at.floor() as isize - 1, w.map(|w| w / 6.0))
        })
        .collect();
    let mut out = Vec::with_capacity(texels.len() * times);
    for row in texels.chunks_exact(width) {
        for x in 0..width as isize {
            for (first, weights) in &weights {
                let mut sum = [0.0f32; 3];
                for (tap, weight) in weights.iter().enumerate() {
                    let texel = row[(x + first + tap as isize).clamp(0, width as isize - 1) as usize];
                    for k in 0..3 {
                        sum[k] += weight * texel[k];
                    }
                }
                out.push(sum);
            }
        }
    }
    out
}

/// Rows as columns.
fn turned(texels: &[[f32; 3]], width: usize) -> Vec<[f32; 3]> {
    let height = texels.len() / width;
    (0..width).flat_map(|x| (0..height).map(move |y| texels[y * width + x])).collect()
}

/// Spots for the visible fields of a volume, at most about `budget` of them: neighbouring cells are pooled until
/// they fit.
pub fn spots(scene: &SceneSpec, plan: &Plan, values: &[f32], budget: usize, out: &mut Vec<Splat>) {
    for (spec, p) in scene.fields.iter().zip(&plan.fields).filter(|(spec, _)| spec.visible) {
        let cells = p.start as usize..(p.start + p.dims.iter().product::<u32>()) as usize;
        let Some(values) = values.get(cells) else { continue };
        let color = linear3(spec.color);
        let mut pool = 1;
        let mut pooled = pool_cells(p, values, pool);
        while pooled.len() > budget && pool < 16 {
            pool *= 2;
            pooled = pool_cells(p, values, pool);
        }
        let radius = 0.35 * (p.cell[0] + p.cell[1] + p.cell[2]) * pool as f32;
        // However coarsely a field is pooled, looking through it gathers the same light.
        let mean = |v: [f32; 3]| (v[0] + v[1] + v[2]) / 3.0;
        let dense = (1.1 * mean(p.cell) * pool as f32 / mean(scene.extent).max(1.0)).min(0.25);
        for (pos, share) in pooled.into_iter().take(budget) {
            let bright = dense * share.powf(0.7);
            out.push(Splat { pos, radius: radius * (0.6 + 0.4 * share), color: color.map(|c| c * bright), kind: 0.0 });
        }
    }
}

/// Blocks of `pool`³ cells that hold something: centre of mass, BL, and mean share of the capacity.
fn pool_cells(p: &FieldParams, values: &[f32], pool: u32) -> Vec<([f32; 3], f32)> {
    let [nx, ny, nz] = p.dims;
    let mut out = Vec::new();
    let blocks = [nx.div_ceil(pool), ny.div_ceil(pool), nz.div_ceil(pool)];
    for bz in 0..blocks[2] {
        for by in 0..blocks[1] {
            for bx in 0..blocks[0] {
                let mut sum = 0.0;
                let mut at = [0.0f32; 3];
                let mut count = 0.0;
                for z in bz * pool..((bz + 1) * pool).min(nz) {
                    for y in by * pool..((by + 1) * pool).min(ny) {
                        for x in bx * pool..((bx + 1) * pool).min(nx) {
                            let value = values[((z * ny + y) * nx + x) as usize].max(0.0);
                            sum += value;
                            count += 1.0;
                            for (axis, i) in [x, y, z].into_iter().enumerate() {
                                at[axis] += value * (i as f32 + 0.5) * p.cell[axis];
                            }
                        }
                    }
                }
                let share = sum / count / p.capacity;
                if share > 0.03 {
                    out.push((at.map(|v| v / sum), share.min(1.0)));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::FieldSpec;

    fn volume() -> (SceneSpec, Plan) {
        let field = FieldSpec { name: "food".into(), cell: 1.0, capacity: 2.0, ..Default::default() };
        let scene = SceneSpec { extent: [8.0, 8.0, 8.0], fields: vec![field], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        (scene, plan)
    }

    #[test]
    fn spots_stand_where_the_field_is_and_keep_to_the_budget() {
        let (scene, plan) = volume();
        let mut values = vec![0.0; 512];
        values[(3 * 8 + 2) * 8 + 5] = 2.0;
        let mut out = vec![];
        spots(&scene, &plan, &values, 100, &mut out);
        assert_eq!(out.len(), 1);
        assert_eq!(out[0].pos, [5.5, 2.5, 3.5]);
        out.clear();
        spots(&scene, &plan, &vec![2.0; 512], 100, &mut out);
        assert_eq!(out.len(), 64);
    }

    #[test]
    fn a_picture_is_bright_where_the_field_is() {
        let (mut scene, _) = volume();
        scene.extent[2] = 0.0;
        let plan = Plan::new(&scene, 1);
        let mut values = vec![0.0; 64];
        values[8 + 3] = 2.0;
        let picture = picture(&scene, &plan, &values).unwrap();
        assert_eq!(picture.size, [64, 64]);
        let green = |x: usize, y: usize| picture.rgba[(y * 64 + x) * 4 + 1];
        assert!(green(28, 12) > 30 && green(44, 12) == 0 && green(28, 40) == 0);
    }

    #[test]
    fn softening_keeps_what_is_even_and_has_no_corners() {
        let even = vec![[7.0; 3]; 12];
        assert!(spread(&even, 4, 4).iter().all(|c| (c[0] - 7.0).abs() < 1e-4));
        let step = [[0.0; 3], [0.0; 3], [90.0; 3], [90.0; 3]];
        let soft = spread(&step, 4, 8);
        assert!(soft.windows(2).all(|w| w[1][0] >= w[0][0] - 1e-4 && w[1][0] - w[0][0] < 9.0), "{soft:?}");
    }
}
