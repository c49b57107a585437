-- Why a step failed may be told in words of the service that refused it.
ALTER TABLE workflow_run ADD COLUMN fault_sealed bytea, DROP COLUMN fault;
ALTER TABLE workflow_step ADD COLUMN fault_sealed bytea, DROP COLUMN fault;
