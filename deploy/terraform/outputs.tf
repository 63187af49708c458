output "function_arn" {
  description = "What a data catalog of type LAMBDA names"
  value       = aws_lambda_function.connector.arn
}

output "catalog_name" {
  description = "Name of the registered catalog, or the one under which Athena calls the function unregistered"
  value       = local.catalog_name
}

output "role_arn" {
  description = "The function's role"
  value       = aws_lambda_function.connector.role
}

output "spill_bucket" {
  description = "Bucket of spilled blocks"
  value       = local.spill_bucket
}

output "log_group" {
  description = "Log group of the function, for docs/operating.md"
  value       = aws_cloudwatch_log_group.connector.name
}

output "sample_query" {
  description = "A first query for Athena"
  value       = "SHOW DATABASES IN `${local.catalog_name}`"
}

locals {
  catalog_name = var.register_data_catalog ? aws_athena_data_catalog.connector[0].name : "lambda:${var.name}"
}
