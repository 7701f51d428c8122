// guardrail
