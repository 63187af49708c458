# What is deployed. The connector's own settings are in settings.tf.

variable "name" {
  description = "Name of the function, and of the data catalog in Athena"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-_]{1,64}$", var.name))
    error_message = "The name has 1 to 64 lower-case letters, digits, '-' and '_'."
  }
}

variable "spill_bucket" {
  description = "Bucket for blocks that do not fit Lambda's answer, in the function's region"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.spill_bucket))
    error_message = "The name of one bucket, no pattern and no ARN."
  }
}

variable "create_spill_bucket" {
  description = "Make the bucket, private and with a lifecycle, in place of using one that is there"
  type        = bool
  default     = false
}

variable "spill_prefix" {
  description = "Key prefix of spilled blocks"
  type        = string
  default     = "athena-spill"

  validation {
    condition     = can(regex("^[^*?$]*[^*?$/]$", var.spill_prefix))
    error_message = "A prefix without '*', '?' and '$' and without a slash at its end."
  }
}

variable "spill_expiration_days" {
  description = "Days after which a bucket that is made removes what lies below the prefix; a bucket that is there keeps its own rules"
  type        = number
  default     = 1
}

variable "kms_key_arn" {
  description = "KMS key that makes the data keys of spilled blocks; null for keys that are random and local"
  type        = string
  default     = null
}

variable "service_kms_key_arn" {
  description = "Key that seals the callers' own credentials, where Athena sends them along: the role may decrypt with it"
  type        = string
  default     = null
}

variable "architecture" {
  description = "arm64 or x86_64"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "package" {
  description = "The zip that `make package` has made; null for the one in the repository's dist folder"
  type        = string
  default     = null
}

variable "package_s3" {
  description = "The zip in a bucket of the function's region, in place of a file"
  type        = object({ bucket = string, key = string, version = optional(string) })
  default     = null
}

variable "image_uri" {
  description = "The image in ECR, in place of a zip"
  type        = string
  default     = null
}

variable "memory_size" {
  description = "Memory in MB; processor and network grow with it"
  type        = number
  default     = 3008
}

variable "timeout" {
  description = "Seconds that an invocation may take"
  type        = number
  default     = 900
}

variable "vpc_config" {
  description = "Subnets and security groups of a function in a VPC"
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
  default     = null
}

variable "create_role" {
  description = "Make a role with what the connector needs and no more; false for role_arn"
  type        = bool
  default     = true
}

variable "role_arn" {
  description = "A role of your own, with create_role = false"
  type        = string
  default     = null
}

variable "permissions_boundary" {
  description = "ARN of the permissions boundary of the role that is made"
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept"
  type        = number
  default     = 30
}

variable "reserved_concurrency" {
  description = "Invocations at once at most, taken from the account's; -1 for no limit of its own"
  type        = number
  default     = -1
}

variable "register_data_catalog" {
  description = "Register the function in Athena as data catalog of its name, which must not exist yet"
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything that is made"
  type        = map(string)
  default     = {}
}
