"""The WSGI application: gate, then our own services, then moto's."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from exasol_sandbox.aws.autoscaling.responses import answer as answer_scaling
from exasol_sandbox.aws.autoscaling.scaling import AutoScaling
from exasol_sandbox.aws.errors import AwsError, Response, render_error
from exasol_sandbox.aws.faults import ConnectionDropped, Faults
from exasol_sandbox.aws.gate.authorization import accesses
from exasol_sandbox.aws.gate.bucket_region import check_bucket_region
from exasol_sandbox.aws.gate.gatekeeper import Gatekeeper, guess_service
from exasol_sandbox.aws.gate.identity import Identities
from exasol_sandbox.aws.gate.multi_delete import keys_to_delete, nothing_deleted, with_refusals
from exasol_sandbox.aws.gate.request import AwsRequest, read_request
from exasol_sandbox.aws.gate.signature import parse_signature
from exasol_sandbox.aws.moto_services import MotoServices
from exasol_sandbox.aws.multipart import UploadTimes
from exasol_sandbox.aws.object_store import ObjectStore
from exasol_sandbox.aws.sagemaker import urls as sagemaker
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sts import answer as answer_sts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)


class AwsApplication:
    """All services of one account behind one callable."""

    def __init__(
        self,
        identities: Identities,
        moto: MotoServices,
        objects: ObjectStore,
        sage_maker: SageMaker,
        faults: Faults,
        scaling: AutoScaling,
    ) -> None:
        self._identities = identities
        self._gate = Gatekeeper(identities)
        self._moto = moto
        self._objects = objects
        self._sage_maker = sage_maker
        self._faults = faults
        self._scaling = scaling
        self._upload_times = UploadTimes()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request, as PEP 3333 says.

        Raises:
            ConnectionDropped: Its connection is to end instead, as a fault says.
        """
        request_id = str(uuid.uuid4())
        request = read_request(environ)
        try:
            answer_is_lost = self._meets_fault(request)
            response = self._answer(request, environ, request_id)
            if answer_is_lost:
                raise ConnectionDropped
        except ConnectionDropped:
            raise
        except AwsError as error:
            response = render_error(error, guess_service(request), request_id)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, request.method, request.path)
            failure = AwsError(
                "InternalFailure",
                f"The sandbox failed on this request (id {request_id}); its log says where. Report "
                "it as a bug.",
                500,
            )
            response = render_error(failure, guess_service(request), request_id)
        headers = {"x-amzn-RequestId": request_id, "x-amz-request-id": request_id, **response.headers}
        if request.method != "HEAD":
            headers["Content-Length"] = str(len(response.body))
        elif not any(name.lower() == "content-length" for name in headers):
            headers["Content-Length"] = "0"
        start_response(f"{response.status} {_reason(response.status)}", list(headers.items()))
        return [] if request.method == "HEAD" else [response.body]

    def _meets_fault(self, request: AwsRequest) -> bool:
        """Whether the answer of this request is to be lost; other faults are errors."""
        if not self._faults.any:
            return False
        service = guess_service(request)
        identities = self._identities
        asked = accesses(request, service, "", identities.account_id, identities.role_arn)[0]
        signature = parse_signature(request)
        key = signature.access_key_id if signature else ""
        return self._faults.request(asked.action, asked.resource, service, key)

    def _answer(self, request: AwsRequest, environ: WSGIEnvironment, request_id: str) -> Response:
        admission = self._gate.admit(request)
        request = admission.request
        if admission.service == "sts":
            return answer_sts(self._identities, admission.principal, request, request_id)
        if admission.service == "application-autoscaling":
            return answer_scaling(self._scaling, request, admission.region, admission.principal)
        if request.target in {"UpdateEndpoint", "DeleteEndpoint"}:
            self._scaling.admit(request, admission.region, admission.principal)
        if admission.service == "sagemaker":
            return sagemaker.answer(self._sage_maker, request, admission.region)
        if admission.service == "s3":
            check_bucket_region(self._moto, request, admission.region)
        if admission.refused_keys and not keys_to_delete(request):
            response = nothing_deleted()
        else:
            response = self._moto.answer(admission.service, request, environ)
        if admission.service == "s3":
            response = self._upload_times.corrected(request, response)
            if response.status < 300:
                self._objects.keep(request)
            if response.status == 404 and request.method in {"GET", "HEAD"} and self._has_bucket(request):
                self._gate.check_absence(admission)
            if admission.refused_keys:
                return with_refusals(response, admission.refused_keys)
        return response

    def _has_bucket(self, request: AwsRequest) -> bool:
        with self._moto.lock:
            return request.path.lstrip("/").partition("/")[0] in self._moto.s3.buckets


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
