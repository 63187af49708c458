package interop;

import com.amazonaws.athena.connector.lambda.data.BlockAllocator;
import com.amazonaws.athena.connector.lambda.request.FederationRequest;
import com.amazonaws.athena.connector.lambda.request.FederationResponse;
import com.amazonaws.athena.connector.lambda.serde.VersionedObjectMapperFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The connector as a Lambda function, spoken to with the connector SDK's serializers of one version. */
final class Lambda
{
    private static final String FUNCTION = "timestream";
    private static final ObjectMapper PLAIN = new ObjectMapper();

    /** The function answered with an error. */
    static final class FunctionError
            extends RuntimeException
    {
        private static final long serialVersionUID = 1;
        final String type;
        final String text;

        FunctionError(String type, String text, String whole)
        {
            super(whole);
            this.type = type;
            this.text = text;
        }
    }

    private final LambdaClient client;
    private final Report report;
    private final int version;
    private final ObjectMapper mapper;

    Lambda(LambdaClient client, Report report, int version, BlockAllocator allocator)
    {
        this.client = client;
        this.report = report;
        this.version = version;
        this.mapper = VersionedObjectMapperFactory.create(allocator, version);
    }

    <T extends FederationResponse> T ask(FederationRequest request, Class<T> answer)
    {
        return answer.cast(ask(request, UnaryOperator.identity()));
    }

    /** Sends the request after its JSON went through change, for what the SDK's writer cannot say. */
    FederationResponse ask(FederationRequest request, UnaryOperator<String> change)
    {
        try {
            String sent = change.apply(mapper.writeValueAsString(request));
            report.exchanges.incrementAndGet();
            report.version(version);
            InvokeResponse r = client.invoke(b -> b.functionName(FUNCTION).payload(SdkBytes.fromUtf8String(sent)));
            String got = r.payload().asUtf8String();
            if (r.functionError() != null) {
                throw error(r.functionError(), got);
            }
            FederationResponse response = mapper.readValue(got, FederationResponse.class);
            compareFields(got, mapper.writeValueAsString(response));
            return response;
        }
        catch (java.io.IOException e) {
            throw new IllegalStateException("version " + version + ", " + request.getClass().getSimpleName() + ": " + e, e);
        }
    }

    private FunctionError error(String kind, String payload)
            throws java.io.IOException
    {
        report.check(kind.equals("Unhandled"), "X-Amz-Function-Error is %s", kind);
        LambdaException e = mapper.readValue(payload, LambdaException.class);
        JsonNode n = PLAIN.readTree(payload);
        report.check(n.hasNonNull("errorType") && n.hasNonNull("errorMessage"), "error without type or message: %s", payload);
        return new FunctionError(n.path("errorType").asText(), n.path("errorMessage").asText(), e.getMessage());
    }

    /**
     * The connector's answer has to have the fields that the SDK would have written, in the SDK's order, and no others.
     * Arrow bytes may differ: their content is compared elsewhere.
     */
    private void compareFields(String got, String sdk)
            throws java.io.IOException
    {
        JsonNode a = PLAIN.readTree(got);
        JsonNode b = PLAIN.readTree(sdk);
        report.check(masked(a).toString().equals(masked(b).toString()), "version %d: the connector wrote %.400s, the SDK writes %.400s", version, a, b);
    }

    private static JsonNode masked(JsonNode n)
    {
        if (n instanceof ObjectNode o) {
            for (String free : List.of("aId", "schema", "records")) {
                if (!o.path(free).asText().isEmpty()) {
                    o.put(free, "any");
                }
            }
            List<JsonNode> children = new ArrayList<>();
            o.forEach(children::add);
            children.forEach(Lambda::masked);
        }
        else if (n instanceof ArrayNode a) {
            a.forEach(Lambda::masked);
        }
        return n;
    }
}
