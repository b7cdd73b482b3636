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
    assert!(error.contains("`motion`"), "{error}");
    outcome(home.path(), &["verify", "neat_xor", "--seeds", "1"], 2);
    let (_, error) = outcome(home.path(), &["verify", "plastic_rule", "--backend", "gpu", "--seeds", "3"], 0);
    assert!(error.contains("--backend gpu is ignored") && error.contains("--seeds is ignored"), "{error}");
}

#[test]
fn results_become_files_and_a_finished_full_stage_is_not_measured_again() {
    let home = Home::new();
    let folder = home.path().join("found");
    let out = folder.to_str().unwrap();
    let files = || {
        let at = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        [at("reproductions.md"), at("reproductions/stats_tests-full.csv"), at("reproductions/stats_tests-full.svg")]
    };
    let (first, _) = outcome(home.path(), &["verify", "stats_tests", "--stage", "full", "-o", out], 0);
    let written = files();
    let (second, _) = outcome(home.path(), &["verify", "stats_tests", "--stage", "full", "-o", out], 0);
    assert!(!first.contains("earlier call") && second.contains("finished by an earlier call"), "{second}");
    assert_eq!(written, files());
    let table: Vec<&str> = first.lines().filter(|line| line.ends_with("pass")).collect();
    assert!(table.len() >= 3 && table.iter().all(|line| second.contains(line)), "{second}");
    assert!(written[1].lines().count() == table.len() + 1 && !written[1].contains("NaN"), "{}", written[1]);
    assert!(written[0].contains("`iwashi verify stats_tests --stage full`"), "{}", written[0]);

    // A short stage is always measured.
    outcome(home.path(), &["verify", "stats_tests", "-o", out], 0);
    let (again, _) = outcome(home.path(), &["verify", "stats_tests", "-o", out], 0);
    assert!(!again.contains("earlier call"), "{again}");

    std::fs::write(home.path().join("taken"), "").unwrap();
    let taken = home.path().join("taken");
    let (told, error) = outcome(home.path(), &["verify", "stats_tests", "-o", taken.to_str().unwrap()], 1);
    assert!(told.is_empty() && error.contains("cannot create") && error.contains("taken"), "{error}");
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
