# The connector in an account: function, logs, and the catalog under which Athena knows it.

data "aws_partition" "here" {}

data "aws_region" "here" {}

data "aws_caller_identity" "here" {}

locals {
  dist   = "${path.module}/../../dist/athena-timestream-${var.architecture}.zip"
  zip    = var.package_s3 == null && var.image_uri == null ? coalesce(var.package, local.dist) : null
  is_zip = var.image_uri == null
}

resource "aws_lambda_function" "connector" {
  function_name = var.name
  description   = "Amazon Athena reads Amazon Timestream"
  role          = var.create_role ? aws_iam_role.connector[0].arn : var.role_arn

  package_type      = local.is_zip ? "Zip" : "Image"
  runtime           = local.is_zip ? "provided.al2023" : null
  handler           = local.is_zip ? "bootstrap" : null
  architectures     = [var.architecture]
  filename          = local.zip
  source_code_hash  = local.zip == null ? null : filebase64sha256(local.zip)
  s3_bucket         = var.package_s3 == null ? null : var.package_s3.bucket
  s3_key            = var.package_s3 == null ? null : var.package_s3.key
  s3_object_version = var.package_s3 == null ? null : var.package_s3.version
  image_uri         = var.image_uri

  memory_size                    = var.memory_size
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  tags                           = var.tags

  environment {
    variables = local.environment
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.connector.name
    application_log_level = var.log_level
  }

  dynamic "vpc_config" {
    for_each = var.vpc_config == null ? [] : [var.vpc_config]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = var.create_role != (var.role_arn != null)
      error_message = "Set role_arn and create_role = false, or neither."
    }
    precondition {
      condition     = (var.package == null ? 0 : 1) + (var.package_s3 == null ? 0 : 1) + (var.image_uri == null ? 0 : 1) <= 1
      error_message = "Set one of package, package_s3 and image_uri at most."
    }
  }

  # A function that starts without its permissions fails its first queries.
  depends_on = [aws_iam_role_policy.connector]
}

# Not /aws/lambda/NAME, which a function that ran before has left behind.
resource "aws_cloudwatch_log_group" "connector" {
  name              = "/aws/lambda/athena-timestream/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_athena_data_catalog" "connector" {
  count = var.register_data_catalog ? 1 : 0

  name        = var.name
  description = "Amazon Timestream for LiveAnalytics"
  type        = "LAMBDA"
  parameters  = { function = aws_lambda_function.connector.arn }
  tags        = var.tags
}
