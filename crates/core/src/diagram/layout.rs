//! Where boxes go: connected ones by Sugiyama's method (rust-sugiyama), from left to right; components and lone boxes
//! packed under each other, so that the picture stays about as wide as a screen.
//!
//! The same input always gives the same places.

use rust_sugiyama::configure::{Config, CrossingMinimization, RankingType};

/// Room around the picture.
pub(super) const MARGIN: f64 = 24.0;
/// Room between boxes above each other.
const ROW_GAP: f64 = 32.0;
/// Room between boxes beside each other: lines run there.
const COLUMN_GAP: f64 = 112.0;
/// Room between components.
const COMPONENT_GAP: f64 = 48.0;
/// No picture is made narrower than this.
const SCREEN: f64 = 1280.0;
/// Above this size a component gets the faster of the library's settings.
const LARGE: usize = 60;
/// Above this size the library takes seconds: a plain layering takes its place.
const HUGE: usize = 250;

type Point = (f64, f64);

/// Boxes that belong together, placed around their own origin.
struct Block {
    members: Vec<(usize, Point)>,
    width: f64,
    height: f64,
}

/// Places boxes of these sizes: their top left corners, in the order given. An edge goes from left to right; edges to boxes that are not there are passed over.
pub(super) fn place(sizes: &[Point], edges: &[(usize, usize)]) -> Vec<Point> {
    let edges = simple_edges(sizes.len(), edges);
    let (lone, connected): (Vec<_>, Vec<_>) = components(sizes.len(), &edges)
        .into_iter()
        .partition(|component| component.len() == 1);
    let mut blocks: Vec<Block> = connected
        .iter()
        .map(|component| layered(component, sizes, &edges))
        .collect();
    blocks.sort_by(|a, b| b.height.total_cmp(&a.height));

    let area: f64 = sizes
        .iter()
        .map(|(w, h)| (w + ROW_GAP) * (h + ROW_GAP))
        .sum();
    let widest = blocks.iter().map(|block| block.width).fold(0.0, f64::max);
    let room = SCREEN.max(widest).max((area * 1.5).sqrt());

    let mut positions = vec![(MARGIN, MARGIN); sizes.len()];
    let mut top = shelves(&blocks, room, &mut positions);
    if !blocks.is_empty() && !lone.is_empty() {
        top += COMPONENT_GAP;
    }
    let lone: Vec<usize> = lone.into_iter().flatten().collect();
    columns(&lone, sizes, room, top, &mut positions);
    positions
        .into_iter()
        .map(|(x, y)| (x.round(), y.round()))
        .collect()
}

/// Each edge once, without loops, which the library does not bear.
fn simple_edges(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut simple: Vec<_> = edges
        .iter()
        .copied()
        .filter(|(from, to)| from != to && *from < count && *to < count)
        .collect();
    simple.sort_unstable();
    simple.dedup();
    simple
}

/// Groups of boxes that edges connect, each sorted, by their first member.
fn components(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); count];
    for (from, to) in edges {
        for (one, other) in [(*from, *to), (*to, *from)] {
            if let Some(list) = neighbours.get_mut(one) {
                list.push(other);
            }
        }
    }
    let mut seen = vec![false; count];
    let mut found = Vec::new();
    for first in 0..count {
        let mut component = Vec::new();
        let mut open = vec![first];
        while let Some(at) = open.pop() {
            let Some(mark) = seen.get_mut(at) else {
                continue;
            };
            if !std::mem::replace(mark, true) {
                component.push(at);
                open.extend(neighbours.get(at).into_iter().flatten());
            }
        }
        if !component.is_empty() {
            component.sort_unstable();
            found.push(component);
        }
    }
    found
}

/// One component in layers from left to right.
fn layered(component: &[usize], sizes: &[Point], edges: &[(usize, usize)]) -> Block {
    let size = |at: usize| sizes.get(at).copied().unwrap_or_default();
    let local = |at: usize| component.binary_search(&at).ok();
    let inside: Vec<(usize, usize)> = edges
        .iter()
        .filter_map(|(from, to)| Some((local(*from)?, local(*to)?)))
        .collect();
    let centres = if component.len() > HUGE {
        plain_layers(component, sizes, &inside)
    } else {
        sugiyama(component, sizes, &inside)
    };
    let mut members: Vec<(usize, Point)> = component
        .iter()
        .zip(centres)
        .map(|(at, (x, y))| {
            let (width, height) = size(*at);
            (*at, (x - width / 2.0, y - height / 2.0))
        })
        .collect();
    separate(&mut members, sizes);
    block(members, sizes)
}

/// Centres by the library. It puts layers above each other and takes one spacing for both directions, so boxes are handed
/// over on their side, with the difference of the gaps added.
fn sugiyama(component: &[usize], sizes: &[Point], edges: &[(usize, usize)]) -> Vec<Point> {
    let vertices: Vec<(u32, Point)> = component
        .iter()
        .enumerate()
        .map(|(local, at)| {
            let (width, height) = sizes.get(*at).copied().unwrap_or_default();
            (local as u32, (height, width + COLUMN_GAP - ROW_GAP))
        })
        .collect();
    let edges: Vec<(u32, u32)> = edges
        .iter()
        .map(|(from, to)| (*from as u32, *to as u32))
        .collect();
    let config = Config {
        minimum_length: 1,
        vertex_spacing: ROW_GAP,
        dummy_vertices: true,
        dummy_size: 0.5,
        // The library's network simplex (`MinimizeEdgeLength`) has no rule against cycling: some graphs never end.
        ranking_type: RankingType::Up,
        c_minimization: CrossingMinimization::Barycenter,
        transpose: component.len() <= LARGE,
    };
    let mut centres = vec![Point::default(); component.len()];
    for (layout, _, _) in rust_sugiyama::from_vertices_and_edges(&vertices, &edges, &config) {
        for (local, (across, along)) in layout {
            if let Some(centre) = centres.get_mut(local) {
                *centre = (along, across);
            }
        }
    }
    centres
}

/// Centres of a component too large for the library: layers by the longest way to each box, boxes by number.
fn plain_layers(component: &[usize], sizes: &[Point], edges: &[(usize, usize)]) -> Vec<Point> {
    const DEEPEST: usize = 12;
    let mut layer = vec![0_usize; component.len()];
    // A cycle would push its boxes on for ever: the number of rounds bounds the depth.
    for _ in 0..DEEPEST {
        for (from, to) in edges {
            let next = layer.get(*from).copied().unwrap_or_default() + 1;
            if let Some(slot) = layer.get_mut(*to)
                && *slot < next
                && next < DEEPEST
            {
                *slot = next;
            }
        }
    }
    let size = |local: usize| {
        let at = component.get(local).copied().unwrap_or_default();
        sizes.get(at).copied().unwrap_or_default()
    };
    let mut centres = vec![Point::default(); component.len()];
    let mut left = 0.0;
    for depth in 0..DEEPEST {
        let members: Vec<usize> = (0..component.len())
            .filter(|local| layer.get(*local) == Some(&depth))
            .collect();
        let width = members
            .iter()
            .map(|local| size(*local).0)
            .fold(0.0, f64::max);
        let mut top = 0.0;
        for local in members {
            let height = size(local).1;
            if let Some(centre) = centres.get_mut(local) {
                *centre = (left + width / 2.0, top + height / 2.0);
            }
            top += height + ROW_GAP;
        }
        left += width + COLUMN_GAP;
    }
    centres
}

/// Pushes down what overlaps. The library is not known to let boxes overlap; this makes it certain.
fn separate(members: &mut [(usize, Point)], sizes: &[Point]) {
    let size = |at: usize| sizes.get(at).copied().unwrap_or_default();
    members.sort_by(|(a, (ax, ay)), (b, (bx, by))| {
        ay.total_cmp(by).then(ax.total_cmp(bx)).then(a.cmp(b))
    });
    let mut placed: Vec<(Point, Point)> = Vec::with_capacity(members.len());
    for (at, (x, y)) in members.iter_mut() {
        let (width, height) = size(*at);
        // Every push moves below one box that is already placed, so this ends.
        while let Some(((_, other_y), (_, other_height))) =
            placed.iter().find(|((ox, oy), (ow, oh))| {
                *x < ox + ow && *ox < *x + width && *y < oy + oh + 8.0 && *oy < *y + height + 8.0
            })
        {
            *y = other_y + other_height + ROW_GAP;
        }
        placed.push(((*x, *y), (width, height)));
    }
}

/// Moves boxes to their own origin.
fn block(mut members: Vec<(usize, Point)>, sizes: &[Point]) -> Block {
    let left = members
        .iter()
        .map(|(_, (x, _))| *x)
        .fold(f64::INFINITY, f64::min);
    let top = members
        .iter()
        .map(|(_, (_, y))| *y)
        .fold(f64::INFINITY, f64::min);
    let (mut width, mut height) = Point::default();
    for (at, (x, y)) in &mut members {
        *x -= left;
        *y -= top;
        let (w, h) = sizes.get(*at).copied().unwrap_or_default();
        width = f64::max(width, *x + w);
        height = f64::max(height, *y + h);
    }
    Block {
        members,
        width,
        height,
    }
}

/// Puts blocks beside each other until the room is used, then below. Gives back the lower edge.
fn shelves(blocks: &[Block], room: f64, positions: &mut [Point]) -> f64 {
    let (mut left, mut top, mut shelf) = (MARGIN, MARGIN, 0.0_f64);
    for block in blocks {
        if left > MARGIN && left + block.width > room + MARGIN {
            left = MARGIN;
            top += shelf + COMPONENT_GAP;
            shelf = 0.0;
        }
        for (at, (x, y)) in &block.members {
            if let Some(slot) = positions.get_mut(*at) {
                *slot = (left + x, top + y);
            }
        }
        left += block.width + COLUMN_GAP;
        shelf = shelf.max(block.height);
    }
    top + shelf
}

/// Puts lone boxes into columns of one width, each into the shortest.
fn columns(boxes: &[usize], sizes: &[Point], room: f64, top: f64, positions: &mut [Point]) {
    let size = |at: usize| sizes.get(at).copied().unwrap_or_default();
    let width = boxes.iter().map(|at| size(*at).0).fold(0.0, f64::max);
    let count = ((room + ROW_GAP) / (width + ROW_GAP)).floor().max(1.0) as usize;
    let mut bottoms = vec![top; count.min(boxes.len()).max(1)];
    for at in boxes {
        let shortest = bottoms
            .iter_mut()
            .enumerate()
            .min_by(|(_, a), (_, b)| a.total_cmp(b));
        if let (Some((column, bottom)), Some(slot)) = (shortest, positions.get_mut(*at)) {
            *slot = (MARGIN + column as f64 * (width + ROW_GAP), *bottom);
            *bottom += size(*at).1 + ROW_GAP;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn overlap(sizes: &[Point], positions: &[Point]) -> Option<(usize, usize)> {
        let boxes: Vec<_> = sizes.iter().zip(positions).collect();
        for (i, ((w, h), (x, y))) in boxes.iter().enumerate() {
            for (j, ((ow, oh), (ox, oy))) in boxes.iter().enumerate().skip(i + 1) {
                if *x < ox + ow && *ox < x + w && *y < oy + oh && *oy < y + h {
                    return Some((i, j));
                }
            }
        }
        None
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn boxes_are_finite_apart_and_where_they_were(
            sizes in prop::collection::vec((120.0..440.0_f64, 40.0..700.0_f64), 0..40),
            edges in prop::collection::vec((0_usize..40, 0_usize..40), 0..60),
        ) {
            let positions = place(&sizes, &edges);
            prop_assert_eq!(positions.len(), sizes.len());
            for (x, y) in &positions {
                prop_assert!(x.is_finite() && y.is_finite());
                prop_assert!(*x >= MARGIN && *y >= MARGIN);
            }
            prop_assert_eq!(overlap(&sizes, &positions), None);
            prop_assert_eq!(place(&sizes, &edges), positions);
        }
    }

    #[test]
    fn an_edge_goes_from_left_to_right() {
        let sizes = [(200.0, 100.0); 3];
        let xs: Vec<f64> = place(&sizes, &[(0, 1), (1, 2)])
            .iter()
            .map(|(x, _)| *x)
            .collect();
        assert!(xs.is_sorted() && xs.first() < xs.last());
    }

    #[test]
    fn a_table_that_references_itself_is_placed() {
        let positions = place(&[(200.0, 100.0)], &[(0, 0)]);
        assert_eq!(positions, [(MARGIN, MARGIN)]);
    }

    #[test]
    fn lone_boxes_do_not_make_a_wide_picture() {
        let positions = place(&[(200.0, 100.0); 200], &[]);
        let right = positions.iter().map(|(x, _)| x + 200.0).fold(0.0, f64::max);
        let bottom = positions.iter().map(|(_, y)| y + 100.0).fold(0.0, f64::max);
        assert!(right < 4.0 * bottom);
    }

    #[test]
    fn a_huge_component_is_placed_without_overlap() {
        let sizes = vec![(200.0, 120.0); HUGE + 50];
        let edges: Vec<_> = (1..sizes.len()).map(|at| (at / 3, at)).collect();
        assert_eq!(overlap(&sizes, &place(&sizes, &edges)), None);
    }
}
