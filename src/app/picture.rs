//! A part of the window as a PNG file, as it is seen. Knows nothing of what is in it.

use std::path::Path;

use bevy::prelude::*;
use bevy::render::view::window::screenshot::{Screenshot, ScreenshotCaptured};

use crate::app::frame::Eye;
use crate::app::session::Session;
use crate::app::strings::window as text;

/// Takes the next frame of the window, where a part of it is asked for, and writes that; a message says how it went.
pub fn take(mut eye: ResMut<Eye>, mut commands: Commands) {
    let Some((part, path)) = eye.picture.take() else { return };
    let develop =
        move |captured: On<ScreenshotCaptured>, mut session: ResMut<Session>| match write(&captured.image, part, &path)
        {
            Ok(()) => session.tell(text::picture_written(path.display()), false),
            Err(why) => session.tell(text::picture_not_written(path.display(), &why), true),
        };
    commands.spawn(Screenshot::primary_window()).observe(develop);
}

fn write(image: &Image, part: URect, path: &Path) -> Result<(), String> {
    let whole = image.clone().try_into_dynamic().map_err(|error| error.to_string())?;
    let size = part.size().min(UVec2::new(whole.width(), whole.height()).saturating_sub(part.min));
    if size.min_element() == 0 {
        return Err(text::NOTHING_IN_SIGHT.into());
    }
    // The fourth channel of what was drawn is brightness, and no opacity.
    let cut = whole.crop_imm(part.min.x, part.min.y, size.x, size.y).to_rgb8();
    cut.save_with_format(path, image::ImageFormat::Png).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::asset::RenderAssetUsages;
    use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

    #[test]
    fn the_part_is_written_and_what_lies_outside_is_told() {
        let size = Extent3d { width: 4, height: 3, depth_or_array_layers: 1 };
        let pixels = (0..12u8).flat_map(|i| [i, 100, 200, 0]).collect();
        let format = TextureFormat::Rgba8UnormSrgb;
        let window = Image::new(size, TextureDimension::D2, pixels, format, RenderAssetUsages::MAIN_WORLD);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plot.png");
        write(&window, URect::new(1, 1, 9, 9), &path).unwrap();
        let read = image::open(&path).unwrap().to_rgb8();
        assert_eq!(
            (read.dimensions(), read.get_pixel(0, 0).0, read.get_pixel(2, 1).0),
            ((3, 2), [5, 100, 200], [11, 100, 200])
        );
        assert!(write(&window, URect::new(4, 0, 9, 9), &path).is_err());
        assert!(write(&window, URect::new(0, 0, 2, 2), &folder.path().join("none/plot.png")).is_err());
    }
}
