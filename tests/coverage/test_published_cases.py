"""The methods of comparison against worked examples that others published, to the precision in which they were printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.coverage.decomposition import das_gupta, kitagawa
from analysis.coverage.funnel import funnel, funnel_limits
from analysis.coverage.groups import METHODS, process_interval
from analysis.coverage.inequality import dissimilarity, inequality
from analysis.coverage.standardisation import beta_prior, shrunk, standardised
from tests.coverage.published import case, groups

DAS_GUPTA = {
    "dasgupta_2f_earnings": (lambda avg_earnings, earner_prop: avg_earnings * earner_prop, 0.01),
    "dasgupta_3f_birthrate": (lambda birthsw1549, propw1549, propw: birthsw1549 * propw1549 * propw, 1e-5),
    "dasgupta_naturalincrease": (lambda crude_birth, crude_death: crude_birth - crude_death, 1e-9),
    "dasgupta_vector_taiwan": (lambda bm, mw, wp: np.sum(np.multiply(np.multiply(bm, mw), wp)), 1e-5),
    "kitagawa_headship_us": (lambda size, rate: np.dot(np.divide(size, np.sum(size)), rate), 1e-4),
}


@pytest.mark.parametrize("name", DAS_GUPTA)
def test_das_gupta_s_own_examples(name: str) -> None:
    given, expected = case(name)
    rate, tolerance = DAS_GUPTA[name]
    found = das_gupta(rate, given["pop1"], given["pop2"])
    for factor, (first, second, effect, percent) in expected["std_pop1_pop2_diff"].items():
        assert found.loc[factor, ["first", "second"]].to_list() == pytest.approx([first, second], abs=tolerance)
        assert abs(found.loc[factor, "effect"]) == pytest.approx(abs(effect), abs=tolerance)
        assert abs(100 * found.loc[factor, "share"]) == pytest.approx(abs(percent), abs=0.0051)
    crude = [rate(**given["pop1"]), rate(**given["pop2"])]
    assert crude == pytest.approx(expected["crude"], abs=max(tolerance, 1e-4))
    assert found["effect"].sum() == pytest.approx(crude[1] - crude[0], rel=1e-12)


def test_kitagawa_s_terms_are_those_of_the_headship_rates() -> None:
    given, expected = case("kitagawa_headship_us")
    one, two = (groups(given[name]["size"], np.divide(given[name]["rate"], 100)) for name in ("pop1", "pop2"))
    terms = 100 * kitagawa(one, two).sum()
    assert terms["mix"] == pytest.approx(expected["std_pop1_pop2_diff"]["size"][2], abs=1e-4)
    assert terms["rate"] == pytest.approx(expected["std_pop1_pop2_diff"]["rate"][2], abs=1e-4)


def test_fleiss_s_standardised_rates_with_fay_and_feuer_s_limits() -> None:
    given, expected = case("direct_standardisation_fleiss")
    table = pd.concat(
        pd.DataFrame({"place": name, "group": given["ages"], "base": given["population"][name], "covered": events})
        for name, events in given["events"].items()
    )
    standard = pd.DataFrame({"group": given["ages"], "base": given["standard"]})
    found = standardised(table, standard)[["crude", "standardised", "low", "high"]]
    for name, printed in expected["published_3sf"].items():
        assert [float(f"{value:.3g}") for value in found.loc[name]] == pytest.approx(printed, rel=6e-3)
        assert found.loc[name].to_list() == pytest.approx(expected["full_precision_recomputed"][name], rel=1e-9)


def test_the_who_s_measures_without_an_order() -> None:
    given, expected = case("who_nonordered_bgv_theil_idis")
    table = groups(given["population"], np.divide(given["estimate_pct"], 100))
    found = inequality(table, reference=str(given["reference_index0"]))
    printed = {
        "BGV": 1e4 * found["bgv"],
        "BGSD": 100 * found["bgsd"],
        "TI_x1000": 1000 * found["theil"],
        "MLD_x1000": 1000 * found["mld"],
        "IDISU_pct": 100 * found["idis"],
        "IDISW_pct": 100 * found["idis_weighted"],
        "MDMW": 100 * found["md_mean"],
        "MDBU": 100 * found["md_best"],
        "MDBW": 100 * found["md_best_weighted"],
        "MDRU": 100 * found["md_reference"],
        "MDRW": 100 * found["md_reference_weighted"],
        "PAR": 100 * found["par"],
        "PAF_pct": 100 * found["paf"],
    }
    assert printed == pytest.approx(expected, rel=2e-5)


def test_the_who_s_population_attributable_risk() -> None:
    given, expected = case("who_ordered_aci_rci_sii_rii_par")
    found = 100 * inequality(groups(given["population"], np.divide(given["estimate_pct"], 100)))[["par", "paf"]]
    assert found.to_list() == pytest.approx([expected["PAR"], expected["PAF_pct"]], abs=1e-5)


def test_dissimilarity_is_right_where_a_published_answer_is_wrong() -> None:
    given, expected = case("dissimilarity_wrong_published")

    def apart(one: list[int], two: list[int]) -> float:
        return dissimilarity(*(groups(counts, np.zeros(len(counts))) for counts in (one, two)))

    found = apart(given["white"], given["black"])
    assert found == pytest.approx(expected["D"], abs=1e-12)
    assert abs(found - expected["published_wrong"]) > 0.008
    assert apart(*given["second"].values()) == pytest.approx(expected["second_D"], abs=1e-12)


@pytest.fixture(scope="module")
def areas() -> tuple[pd.DataFrame, dict[str, Any]]:
    given, expected = case("funnel_phe_proportion")
    names = {"Area": "group", "numerator": "covered", "denominator": "base"}
    return pd.DataFrame(given["areas"]).rename(columns=names), expected


def test_the_limits_of_public_health_england_are_the_inverse_of_wilson_s(areas: tuple[Any, Any]) -> None:
    table, expected = areas
    target = table["covered"].sum() / table["base"].sum()
    assert 100 * target == pytest.approx(expected["baseline_pct"], rel=1e-12)
    limits = pd.DataFrame(expected["limits"])
    base = limits["Population"].to_numpy(dtype=float)
    for level, low_name, high_name in (
        (0.95, "Lower2s0025limit", "Upper2s0025limit"),
        (0.998, "Lower3s0001limit", "Upper3s0001limit"),
    ):
        low, high = funnel_limits(base, target, level=level, variant="inverse_wilson")
        assert 100 * low == pytest.approx(limits[low_name].to_numpy(), abs=2e-6)
        assert 100 * high == pytest.approx(limits[high_name].to_numpy(), abs=2e-6)
        inside = (low > 0) & (high < 1)
        wilson = process_interval(low[inside] * base[inside], base[inside], level=level)
        assert wilson["high"].to_numpy() == pytest.approx(target, abs=1e-9)
    exact, _ = funnel_limits(base, target, level=0.998)
    wilson_low, _ = funnel_limits(base, target, level=0.998, variant="inverse_wilson")
    assert np.abs(exact - wilson_low).max() > 0.01  # two variants, told apart by name


def test_the_areas_that_public_health_england_calls_significant(areas: tuple[Any, Any]) -> None:
    table, _ = areas
    found = funnel(table, variant="inverse_wilson").reset_index()
    side = np.sign(found["score"]).map({1.0: "High", -1.0: "Low"})
    inner = (found["rate"] > found["high_inner"]) | (found["rate"] < found["low_inner"])
    words = np.select([found["outside"] != 0, inner], [side + " (0.001)", side + " (0.025)"], default="Not significant")
    assert list(words) == list(table["significance"])


@pytest.mark.parametrize("method", METHODS)
def test_newcombe_s_table_of_limits(method: str) -> None:
    given, expected = case("wilson_newcombe1998")
    x, n = np.transpose(given["x_n"])
    found = process_interval(x, n, level=given["level"], method=method)  # type: ignore[arg-type]
    printed = expected[{"wilson_corrected": "wilson_cc"}.get(method, method)]
    assert found[["low", "high"]].to_numpy() == pytest.approx(np.array(printed), abs=6e-5)


def test_the_rat_tumours_of_tarone() -> None:
    given, expected = case("betabinomial_rat_tumor")
    table = pd.DataFrame({"group": [str(one) for one in range(71)], "base": given["n"], "covered": given["y"]})
    historical = table.head(70)
    assert beta_prior(historical) == pytest.approx(expected["mle_k70"], abs=1e-3)
    assert beta_prior(historical) == pytest.approx(expected["unrounded"]["mle_k70"], abs=1e-4)
    moments = beta_prior(historical, fit="moments")
    assert moments == pytest.approx((expected["alpha_mom"], expected["beta_mom"]), abs=0.05)
    assert moments == pytest.approx((expected["unrounded"]["alpha_mom"], expected["unrounded"]["beta_mom"]), rel=1e-9)
    rate = historical["covered"] / historical["base"]
    assert [rate.mean(), rate.std()] == pytest.approx([expected["moment_mean"], expected["moment_sd"]], abs=1e-3)
    last = shrunk(table.tail(1), prior=(expected["alpha_mom"], expected["beta_mom"])).iloc[0]
    posterior = expected["posterior_71_with_rounded_mom"]
    assert [last["shrunk"], last["sd"]] == pytest.approx([posterior["mean"], posterior["sd"]], abs=1e-3)
