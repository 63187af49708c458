package interop;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.athena.AthenaClient;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

import java.net.URI;

/** AWS clients: Timestream and the function on one address; S3, Glue and KMS there too, or on somebody else's server. */
final class Services
{
    private static final String SPILL_BUCKET = "athena-local-spill";
    private static final String KEY = "alias/interop";

    final URI url;
    final URI others;
    final LambdaClient lambda;
    final S3Client s3;
    final GlueClient glue;
    final TimestreamWriteClient write;
    final TimestreamQueryClient query;

    Services(URI url, URI others)
    {
        this.url = url;
        this.others = others;
        lambda = at(url, LambdaClient.builder()).build();
        s3 = at(others, S3Client.builder()).forcePathStyle(true).build();
        glue = at(others, GlueClient.builder()).build();
        write = at(url, TimestreamWriteClient.builder()).endpointDiscoveryEnabled(false).build();
        query = at(url, TimestreamQueryClient.builder()).endpointDiscoveryEnabled(false).build();
    }

    /** Makes what the embedded services have without being asked: the spill bucket, and a key for the alias. */
    void prepareOthers()
    {
        s3.createBucket(b -> b.bucket(SPILL_BUCKET));
        try (KmsClient kms = at(others, KmsClient.builder()).build()) {
            String key = kms.createKey().keyMetadata().keyId();
            kms.createAlias(b -> b.aliasName(KEY).targetKeyId(key));
        }
    }

    /** The id of a query of Athena that is over. */
    String endedQuery()
    {
        try (AthenaClient athena = at(others, AthenaClient.builder()).build()) {
            String id = athena.startQueryExecution(b -> b.queryString("SELECT 1").resultConfiguration(r -> r.outputLocation("s3://" + SPILL_BUCKET + "/"))).queryExecutionId();
            System.out.println("       moto says of the query: " + athena.getQueryExecution(b -> b.queryExecutionId(id)).queryExecution().status().stateAsString());
            return id;
        }
    }

    static <B extends AwsClientBuilder<B, ?>> B at(URI url, B builder)
    {
        return identified(builder).endpointOverride(url);
    }

    static <B extends AwsClientBuilder<B, ?>> B identified(B builder)
    {
        return builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("interop", "interop")));
    }
}
