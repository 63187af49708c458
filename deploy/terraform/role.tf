# What the function may do. Each action is in the table of permissions in README.md, with its reason.

resource "aws_iam_role" "connector" {
  count = var.create_role ? 1 : 0

  name_prefix          = "${substr(var.name, 0, 36)}-"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# One policy, so that whether a key is named may be known only when it is made.
resource "aws_iam_role_policy" "connector" {
  count = var.create_role ? 1 : 0

  name = "connector"
  role = aws_iam_role.connector[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.read_timestream,
      local.answer_athena,
      [for s in local.look_into_glue : s if !var.disable_glue],
      [for s in local.make_data_keys : s if var.kms_key_arn != null],
      [for s in local.unload : s if local.may_unload],
      [for s in local.read_unloaded : s if local.may_unload && var.kms_key_arn != null],
      [for s in local.open_callers_sessions : s if var.service_kms_key_arn != null],
      [for s in local.join_vpc : s if var.vpc_config != null],
      [for s in local.read_connection : s if var.glue_connection != null],
    )
  })
}

locals {
  partition    = data.aws_partition.here.partition
  region       = data.aws_region.here.region
  account      = data.aws_caller_identity.here.account_id
  bucket_arn   = "arn:${local.partition}:s3:::${local.spill_bucket}"
  spilled      = "${local.bucket_arn}/${var.spill_prefix}/*"
  databases    = "arn:${local.partition}:timestream:${local.region}:${local.account}:database/*"
  glue         = "arn:${local.partition}:glue:${local.region}:${coalesce(var.glue_catalog_id, local.account)}"
  glue_of_ours = "arn:${local.partition}:glue:${local.region}:${local.account}"
  may_unload   = var.read_mode != "pages"

  read_timestream = [
    {
      Effect = "Allow"
      Action = [
        "timestream:DescribeEndpoints",
        "timestream:ListDatabases",
        "timestream:SelectValues",
        "timestream:CancelQuery",
        "timestream:PrepareQuery",
        "timestream:DescribeAccountSettings",
      ]
      Resource = ["*"]
    },
    {
      Effect   = "Allow"
      Action   = ["timestream:Select", "timestream:DescribeTable", "timestream:ListTables"]
      Resource = [local.databases]
    },
  ]

  answer_athena = [
    {
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = [local.spilled]
    },
    {
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.bucket_arn]
    },
    {
      Effect   = "Allow"
      Action   = ["athena:GetQueryExecution"]
      Resource = ["arn:${local.partition}:athena:${local.region}:${local.account}:workgroup/*"]
    },
    {
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${aws_cloudwatch_log_group.connector.arn}:*"]
    },
  ]

  look_into_glue = [{
    Effect   = "Allow"
    Action   = ["glue:GetTable"]
    Resource = ["${local.glue}:catalog", "${local.glue}:database/*", "${local.glue}:table/*/*"]
  }]

  make_data_keys = [
    {
      Effect   = "Allow"
      Action   = ["kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
    },
    {
      Effect   = "Allow"
      Action   = ["kms:GenerateRandom"]
      Resource = ["*"]
    },
  ]

  unload = [
    {
      # The developer guide's policy for UNLOAD has WriteRecords; nothing here writes any.
      Effect   = "Allow"
      Action   = ["timestream:Unload", "timestream:WriteRecords"]
      Resource = [local.databases]
    },
    {
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      Resource = [local.spilled]
    },
    {
      Effect   = "Allow"
      Action   = ["s3:GetBucketAcl"]
      Resource = [local.bucket_arn]
    },
  ]

  read_unloaded = [{
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [var.kms_key_arn]
  }]

  open_callers_sessions = [{
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [var.service_kms_key_arn]
  }]

  join_vpc = [{
    Effect = "Allow"
    Action = [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    Resource = ["*"]
  }]

  read_connection = [{
    Effect   = "Allow"
    Action   = ["glue:GetConnection"]
    Resource = ["${local.glue_of_ours}:catalog", "${local.glue_of_ours}:connection/${coalesce(var.glue_connection, "none")}"]
  }]
}
