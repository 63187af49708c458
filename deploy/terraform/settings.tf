# The connector's settings. What is null is not set: the connector has its own default then, or a Glue connection says it.

variable "disable_spill_encryption" {
  description = "true spills in the clear"
  type        = bool
  default     = null
}

variable "disable_glue" {
  description = "true looks for no schemas and views in AWS Glue"
  type        = bool
  default     = false
}

variable "glue_catalog_id" {
  description = "Glue catalog of another account"
  type        = string
  default     = null
}

variable "glue_connection" {
  description = "Glue connection whose Athena properties are settings that are null here"
  type        = string
  default     = null
}

variable "nanosecond_columns" {
  description = "true gives each timestamp column x a bigint x_nanos without loss"
  type        = bool
  default     = null
}

variable "read_mode" {
  description = "How rows come: pages; unload and auto let the role run UNLOAD into the spill bucket"
  type        = string
  default     = "pages"

  validation {
    condition     = contains(["pages", "unload", "auto"], var.read_mode)
    error_message = "pages, unload or auto."
  }
}

variable "max_splits" {
  description = "Splits that a read is cut into at most; each is a query in Timestream, and 1 never cuts"
  type        = number
  default     = null
}

variable "min_split_hours" {
  description = "Hours that a split is worth at least"
  type        = number
  default     = null
}

variable "look_back_hours" {
  description = "Hours that tables go back, as far as queries care"
  type        = number
  default     = null
}

variable "unbounded_queries" {
  description = "Queries of a table without a lower bound on time: allow, refuse, or look_back, which needs look_back_hours"
  type        = string
  default     = null
}

variable "split_by_count" {
  description = "true has Timestream count rows before a read is cut, so that splits are of the same size"
  type        = bool
  default     = null
}

variable "enable_query_passthrough" {
  description = "false refuses TABLE(system.query(...))"
  type        = bool
  default     = null
}

variable "log_level" {
  description = "Least level that is logged: DEBUG, INFO, WARN or ERROR; the SQL is logged at DEBUG only"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "DEBUG, INFO, WARN or ERROR."
  }
}

variable "environment" {
  description = "Further variables of the function, over those that are made of the settings"
  type        = map(string)
  default     = {}
}

locals {
  settings = {
    spill_bucket                    = local.spill_bucket
    spill_prefix                    = var.spill_prefix
    disable_spill_encryption        = var.disable_spill_encryption
    kms_key_id                      = var.kms_key_arn
    disable_glue                    = var.disable_glue
    glue_catalog                    = var.glue_catalog_id
    glue_connection                 = var.glue_connection
    nanosecond_columns              = var.nanosecond_columns
    read_mode                       = var.read_mode
    max_splits                      = var.max_splits
    min_split_hours                 = var.min_split_hours
    look_back_hours                 = var.look_back_hours
    unbounded_queries               = var.unbounded_queries
    split_by_count                  = var.split_by_count
    enable_query_passthrough        = var.enable_query_passthrough
    ATHENA_FEDERATION_SDK_LOG_LEVEL = var.log_level
  }
  environment = merge({ for name, value in local.settings : name => tostring(value) if value != null }, var.environment)
}
