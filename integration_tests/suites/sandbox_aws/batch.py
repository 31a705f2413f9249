"""Puts objects, runs batch transform jobs on them, and reads what came out."""

from __future__ import annotations

import time
from typing import Any

from exasol_sandbox.aws.serving.pipeline import Pipeline
from exasol_sandbox.aws.transform.transformer import Transformer

from .conftest import Autopilot, unique_name


class Batch:
    """Jobs of one model."""

    def __init__(self, autopilot: Autopilot, model: str, pipeline: Pipeline) -> None:
        self.autopilot = autopilot
        self.model = model
        self.pipeline = pipeline

    def put(self, objects: dict[str, bytes], name: str | None = None) -> str:
        name = name or unique_name("transform")
        for key, data in objects.items():
            self.autopilot.s3.put_object(Bucket=self.autopilot.bucket, Key=f"{name}/in/{key}", Body=data)
        return name

    def request(
        self, name: str, *, processing: dict[str, str] | None = None, **changes: Any
    ) -> dict[str, Any]:
        root = f"s3://{self.autopilot.bucket}/{name}"
        source = {"S3DataType": "S3Prefix", "S3Uri": f"{root}/in/", **changes.pop("source", {})}
        return {
            "TransformJobName": name,
            "ModelName": self.model,
            "TransformInput": {
                "DataSource": {"S3DataSource": source},
                "ContentType": "text/csv",
                "SplitType": "Line",
                **changes.pop("input", {}),
            },
            "TransformOutput": {
                "S3OutputPath": f"{root}/out",
                "Accept": "text/csv",
                "AssembleWith": "Line",
                **changes.pop("output", {}),
            },
            "TransformResources": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                **changes.pop("resources", {}),
            },
            **({"DataProcessing": processing} if processing else {}),
            **changes,
        }

    def start(self, objects: dict[str, bytes], **changes: Any) -> str:
        name = self.put(objects)
        self.autopilot.sagemaker.create_transform_job(**self.request(name, **changes))
        return name

    def wait(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.autopilot.sagemaker.describe_transform_job(TransformJobName=name)
            if job["TransformJobStatus"] in {"Completed", "Failed", "Stopped"}:
                return job
            time.sleep(0.05)
        raise AssertionError(f"{name} did not end")

    def outputs(self, name: str) -> dict[str, bytes]:
        listed = self.autopilot.s3.list_objects_v2(Bucket=self.autopilot.bucket, Prefix=f"{name}/out/")
        return {
            entry["Key"].removeprefix(f"{name}/out/"): self.autopilot.s3.get_object(
                Bucket=self.autopilot.bucket, Key=entry["Key"]
            )["Body"].read()
            for entry in listed.get("Contents", [])
        }

    def run(self, objects: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
        name = self.start(objects, **changes)
        job = self.wait(name)
        assert job["TransformJobStatus"] == "Completed", job.get("FailureReason")
        return self.outputs(name)

    def transform(self, data: bytes, **changes: Any) -> bytes:
        """What a worker does with one object, in this process; its input and output still lie in S3."""
        name = self.put({"a.csv": data})
        request = self.request(name, **changes)
        root = f"s3://{self.autopilot.bucket}/{name}"
        Transformer(self.autopilot.files, self.pipeline, request).transform(
            f"{root}/in/a.csv", f"{root}/out/a.csv.out"
        )
        return self.outputs(name)["a.csv.out"]
