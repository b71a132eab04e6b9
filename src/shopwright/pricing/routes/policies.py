"""/api/v1/policies: rules, limits and governance by scope."""

from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from shopwright.identity.deps import guarded_router, needs
from shopwright.infra.web.conditional import etag, expected_version
from shopwright.pricing.governance import Scope
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.routes.dependencies import Policies
from shopwright.pricing.schemas import NewPolicy, PolicyAnswer, PolicyBody

router = guarded_router(prefix="/policies", tag="policies")


@router.get("", name="list_policies", summary="List pricing policies")
@needs("prices:read")
async def list_policies(policies: Policies) -> list[PolicyAnswer]:
    """List all policies, from the whole shop down to single SKUs."""
    return [PolicyAnswer.of(policy) for policy in await policies.list_policies()]


@router.post("", name="create_policy", summary="Add a pricing policy", status_code=201)
@needs("policies:write")
async def create_policy(body: NewPolicy, policies: Policies, response: Response) -> PolicyAnswer:
    """Add a policy for the whole shop, a category, a brand or a SKU."""
    scope = Scope(body.scope, body.scope_value)
    policy = await policies.create(body.name, scope, body.strategy, PolicyRules.read(body.rules))
    response.headers["etag"] = etag(policy.version)
    return PolicyAnswer.of(policy)


@router.get("/{policy_id}", name="get_policy", summary="Show a pricing policy")
@needs("prices:read")
async def get_policy(policy_id: UUID, policies: Policies, response: Response) -> PolicyAnswer:
    """Show a policy with every default written out."""
    policy = await policies.get_policy(policy_id)
    response.headers["etag"] = etag(policy.version)
    return PolicyAnswer.of(policy)


@router.put("/{policy_id}", name="change_policy", summary="Change a pricing policy")
@needs("policies:write")
async def change_policy(
    policy_id: UUID, body: PolicyBody, policies: Policies, request: Request, response: Response
) -> PolicyAnswer:
    """Replace what a policy says; its scope stays. If-Match guards against changes by others."""
    policy = await policies.change(
        policy_id,
        body.name,
        body.strategy,
        PolicyRules.read(body.rules),
        enabled=body.enabled,
        version=expected_version(request),
    )
    response.headers["etag"] = etag(policy.version)
    return PolicyAnswer.of(policy)


@router.delete("/{policy_id}", name="delete_policy", summary="Delete a pricing policy", status_code=204)
@needs("policies:write")
async def delete_policy(policy_id: UUID, policies: Policies, request: Request) -> None:
    """Delete a policy; the next broader one covers its products."""
    await policies.delete(policy_id, expected_version(request))
