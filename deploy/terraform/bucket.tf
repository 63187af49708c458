# A bucket for spilled blocks, if one is to be made. They are read once, by the query that made them.

locals {
  spill_bucket = var.create_spill_bucket ? aws_s3_bucket.spill[0].bucket : var.spill_bucket
}

resource "aws_s3_bucket" "spill" {
  count = var.create_spill_bucket ? 1 : 0

  bucket        = var.spill_bucket
  force_destroy = true # nothing in it is anybody's only copy
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "spill" {
  count = var.create_spill_bucket ? 1 : 0

  bucket                  = aws_s3_bucket.spill[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "spill" {
  count = var.create_spill_bucket ? 1 : 0

  bucket = aws_s3_bucket.spill[0].id

  rule {
    id     = "spilled"
    status = "Enabled"

    filter {
      prefix = "${var.spill_prefix}/"
    }

    expiration {
      days = var.spill_expiration_days
    }
  }

  rule {
    id     = "uploads-that-broke-off"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}
