// message_auditor
