# The connector with a bucket of its own, from a clone in which `make package` has run:
#
#     terraform init && terraform apply -var spill_bucket=NAME
terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "spill_bucket" {
  description = "Name of the bucket to make"
  type        = string
}

module "timestream" {
  source = "../"

  name                = "timestream"
  spill_bucket        = var.spill_bucket
  create_spill_bucket = true

  # Queries without a time filter see a day.
  look_back_hours   = 24
  unbounded_queries = "look_back"

  tags = { project = "athena-timestream" }
}

output "sample_query" {
  value = module.timestream.sample_query
}
