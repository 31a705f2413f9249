"""Online explainability: predictions come with attributions, in the response that Clarify gives."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from exasol_sandbox.aws.serving.explainer import Explainer, load_explainer
from exasol_sandbox.aws.serving.pipeline import InputError, PipelineError

from .conftest import ALL, Autopilot, from_csv, loan_rows, to_csv, unique_name

BASELINE = '45,"Say ""Köln""",2015-06-01,500,a note'
CONFIG = {
    "InferenceConfig": {"ProbabilityIndex": 2, "LabelIndex": 3},
    "ShapConfig": {"ShapBaselineConfig": {"ShapBaseline": BASELINE}, "Seed": 1},
}
ROWS = [row[:-1] for row in loan_rows(5, seed=4)]


def attributions(response: dict[str, Any], row: int) -> list[list[float]]:
    """Of each feature, one for each label."""
    features = response["explanations"]["kernel_shap"][row]
    return [feature["attributions"][0]["attribution"] for feature in features]


@pytest.fixture(scope="module")
def endpoint(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> str:
    containers = ensemble_job["BestCandidate"]["InferenceContainers"]
    return autopilot.deploy(containers, ALL, ExplainerConfig={"ClarifyExplainerConfig": CONFIG})


@pytest.fixture(scope="module")
def explainer(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> Explainer:
    return load_explainer(autopilot.files, CONFIG, autopilot.load(ensemble_job, ALL))


def test_an_answer_has_predictions_and_an_attribution_of_each_feature_to_each_label(
    autopilot: Autopilot, endpoint: str, ensemble_endpoint: str
) -> None:
    answer = autopilot.runtime.invoke_endpoint(
        EndpointName=endpoint, Body=to_csv(ROWS), ContentType="text/csv", Accept="text/csv"
    )
    assert answer["ContentType"] == "application/json"
    response = json.loads(answer["Body"].read())
    assert response["version"] == "1.0"
    assert response["label_headers"] == ["0", "1"]
    assert response["predictions"]["content_type"].startswith("text/csv")
    predicted = from_csv(response["predictions"]["data"].encode())
    assert predicted == autopilot.invoke(ensemble_endpoint, ROWS)

    ((*_, baseline, _),) = autopilot.invoke(ensemble_endpoint, from_csv(BASELINE.encode()))
    empty = ast.literal_eval(baseline)
    for row, answered in enumerate(predicted):
        full = ast.literal_eval(answered[2])
        found = attributions(response, row)
        assert len(found) == 5
        for label in (0, 1):
            assert sum(feature[label] for feature in found) == pytest.approx(full[label] - empty[label])
            # What speaks for one of two labels speaks against the other.
            assert [one[0] for one in found] == pytest.approx([-one[1] for one in found])
    # Age decides in these data; a free text says nothing.
    assert abs(attributions(response, 0)[0][1]) > abs(attributions(response, 0)[4][1])


def test_a_request_may_leave_explanations_out_or_choose_records(explainer: Explainer) -> None:
    def ask(expression: str | None) -> dict[str, Any]:
        kind, body = explainer.answer(to_csv(ROWS), "text/csv", "text/csv", expression)
        assert kind == "application/json"
        response: dict[str, Any] = json.loads(body)
        return response

    assert ask("`false`")["explanations"] == {}
    assert None not in ask(None)["explanations"]["kernel_shap"]
    labels = [int(row[0]) for row in from_csv(ask("`false`")["predictions"]["data"].encode())]
    chosen = ask("[0] == `1`")["explanations"]["kernel_shap"]
    assert [one is not None for one in chosen] == [label == 1 for label in labels]
    with pytest.raises(InputError, match="no JMESPath"):
        ask("[0")
    with pytest.raises(InputError, match="no boolean"):
        ask("[0]")


def test_the_same_request_is_explained_alike(explainer: Explainer) -> None:
    answers = {explainer.answer(to_csv(ROWS), "text/csv", "text/csv")[1] for _ in range(2)}
    assert len(answers) == 1


def test_a_quantity_is_explained_in_its_own_unit(autopilot: Autopilot, price_job: dict[str, Any]) -> None:
    config = {"ShapConfig": {"ShapBaselineConfig": {"ShapBaseline": f"{BASELINE}\n{BASELINE}"}}}
    model = autopilot.load(price_job)
    explainer = load_explainer(autopilot.files, config, model)
    response = json.loads(explainer.answer(to_csv(ROWS[:1]), "text/csv", "text/csv")[1])
    full = float(response["predictions"]["data"])
    empty = float(model.answer(BASELINE.encode(), "text/csv", "text/csv")[1])
    found = attributions(response, 0)
    assert sum(one[0] for one in found) == pytest.approx(full - empty)
    assert max(found, key=lambda one: abs(one[0])) == found[0]


def test_texts_with_line_breaks_are_explained(explainer: Explainer) -> None:
    row = ["33", "Berlin", "2020-01-01", "12.5", 'two\nlines, "quoted"']
    response = json.loads(explainer.answer(to_csv([row]), "text/csv", "text/csv")[1])
    assert len(attributions(response, 0)) == 5


def test_a_baseline_that_does_not_fit_fails_the_endpoint(
    autopilot: Autopilot, ensemble_job: dict[str, Any]
) -> None:
    config = {"ShapConfig": {"ShapBaselineConfig": {"ShapBaseline": "1,2"}}}
    with pytest.raises(PipelineError, match="2 columns, and the model takes 5"):
        load_explainer(autopilot.files, config, autopilot.load(ensemble_job, ALL))
    name = unique_name("endpoint")
    model = autopilot.create_model(ensemble_job["BestCandidate"]["InferenceContainers"], ALL)
    made = autopilot.create_config(model, ExplainerConfig={"ClarifyExplainerConfig": config})
    autopilot.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=made)
    settled = autopilot.settled(name)
    assert settled["EndpointStatus"] == "Failed"
    assert "give a value for each" in settled["FailureReason"]


def test_an_endpoint_says_how_it_explains(autopilot: Autopilot, endpoint: str) -> None:
    described = autopilot.sagemaker.describe_endpoint(EndpointName=endpoint)
    assert described["ExplainerConfig"] == {"ClarifyExplainerConfig": CONFIG}


def test_what_cannot_explain_is_not_asked_to(autopilot: Autopilot, ensemble_endpoint: str) -> None:
    with pytest.raises(ClientError, match="has no explainer"):
        autopilot.invoke(ensemble_endpoint, ROWS, EnableExplanations="`true`")
