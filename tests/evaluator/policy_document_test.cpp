// policy_document_test.cpp
