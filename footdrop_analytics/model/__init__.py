"""The contract as code: vocabulary, columns of input and result tables, the study, days."""
