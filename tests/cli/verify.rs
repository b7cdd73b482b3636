//! `iwashi verify`: published results by name, as tables and as JSON.

use super::*;

#[test]
fn cards_are_listed_run_and_refused_by_name() {
    let home = Home::new();
    let (listed, _) = outcome(home.path(), &["verify"], 0);
    assert!(listed.contains("lineage_drift") && listed.contains("evolution"), "{listed}");
    let (card, _) = outcome(home.path(), &["verify", "stats_tests"], 0);
    assert!(card.contains("p without ties") && card.contains("pass") && !card.contains("MISSED"), "{card}");
    let (_, error) = outcome(home.path(), &["verify", "no_such_card"], 2);
    assert!(error.contains("no card `no_such_card`") && error.contains("selection_and_price"), "{error}");
}

#[test]
fn the_short_stage_of_all_cards_is_met() {
    let home = Home::new();
    let (text, _) = outcome(home.path(), &["verify", "all", "--stage", "short", "--json"], 0);
    let cards: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(cards.len() >= 3);
    for card in &cards {
        assert_eq!(card["pass"], true, "{card}");
        assert!(card["checks"].as_array().is_some_and(|checks| checks.len() >= 3), "{card}");
    }
}
