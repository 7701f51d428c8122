// policy_document
