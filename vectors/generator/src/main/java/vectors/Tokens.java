package vectors;

import com.amazonaws.athena.connector.lambda.security.KmsEncryptionProvider;
import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Forward access tokens, as AWS's Encryption SDK seals them and as the Java SDK's KmsEncryptionProvider opens them. The
 * Encryption SDK draws its own random numbers, so each run writes other bytes: this is not a part of Main.
 */
public final class Tokens
{
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    private static final String OTHER = "arn:aws:kms:us-east-1:123456789012:key/99999999-8888-7777-6666-555555555555";
    private static final String CREDENTIALS = "{\"accessToken\":\"ASIACALLER\",\"secretToken\":\"caller/secret\",\"securityToken\":\"caller-session\"}";

    private static final ArrayNode cases = JSON.createArrayNode();

    private Tokens() {}

    /** KMS: sealed data keys are numbered, and remembered with their encryption context. */
    private static final class Kms
    {
        private record Sealed(String keyId, byte[] plain, Map<String, String> context) {}

        private final Map<String, Sealed> keys = new LinkedHashMap<>();

        KmsClient client()
        {
            return (KmsClient) Proxy.newProxyInstance(Tokens.class.getClassLoader(), new Class<?>[] {KmsClient.class}, (self, method, args) -> {
                if (args != null && args.length == 1 && args[0] instanceof GenerateDataKeyRequest r) {
                    byte[] plain = new byte[r.numberOfBytes()];
                    for (int i = 0; i < plain.length; i++) {
                        plain[i] = (byte) (i * 7 + keys.size());
                    }
                    return GenerateDataKeyResponse.builder().keyId(r.keyId()).plaintext(SdkBytes.fromByteArray(plain))
                            .ciphertextBlob(seal(r.keyId(), plain, r.encryptionContext())).build();
                }
                if (args != null && args.length == 1 && args[0] instanceof EncryptRequest r) {
                    return EncryptResponse.builder().keyId(r.keyId())
                            .ciphertextBlob(seal(r.keyId(), r.plaintext().asByteArray(), r.encryptionContext())).build();
                }
                if (args != null && args.length == 1 && args[0] instanceof DecryptRequest r) {
                    Sealed s = keys.get(r.ciphertextBlob().asUtf8String());
                    if (!s.keyId.equals(r.keyId()) || !s.context.equals(r.encryptionContext())) {
                        throw new IllegalStateException("another key or encryption context");
                    }
                    return DecryptResponse.builder().keyId(s.keyId).plaintext(SdkBytes.fromByteArray(s.plain)).build();
                }
                if (method.getName().equals("toString")) {
                    return "KMS";
                }
                throw new UnsupportedOperationException(method.getName());
            });
        }

        private SdkBytes seal(String keyId, byte[] plain, Map<String, String> context)
        {
            String name = "sealed key " + keys.size();
            keys.put(name, new Sealed(keyId, plain, Map.copyOf(context)));
            return SdkBytes.fromUtf8String(name);
        }
    }

    private record Case(CryptoAlgorithm suite, int frame, List<String> sealedUnder, Map<String, String> context, String plain)
    {
        Case(CryptoAlgorithm suite, int frame)
        {
            this(suite, frame, List.of(KEY), Map.of(), CREDENTIALS);
        }
    }

    public static void main(String[] args)
            throws Exception
    {
        Out.root = Paths.get(args[0]).toAbsolutePath().normalize();
        CryptoAlgorithm signed = CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384;
        CryptoAlgorithm plain = CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY;
        for (CryptoAlgorithm suite : CryptoAlgorithm.values()) {
            add(suite.name(), new Case(suite, 4096));
        }
        add("signed, one piece", new Case(signed, 0));
        add("one piece", new Case(plain, 0));
        add("signed, many frames", new Case(signed, 16));
        add("many frames", new Case(plain, 16));
        add("frames that the plaintext fills", new Case(plain, CREDENTIALS.length() / 2));
        add("a frame as long as the plaintext", new Case(plain, CREDENTIALS.length()));
        add("an encryption context", new Case(signed, 4096, List.of(KEY), Map.of("purpose", "fas", "Zürich", "Ölberg", "a", "b"), CREDENTIALS));
        add("several keys", new Case(plain, 4096, List.of(OTHER, KEY), Map.of(), CREDENTIALS));
        add("another key", new Case(plain, 4096, List.of(OTHER), Map.of(), CREDENTIALS));
        add("nothing", new Case(plain, 4096, List.of(KEY), Map.of(), ""));
        add("no JSON", new Case(plain, 4096, List.of(KEY), Map.of(), "caller-secret"));
        add("no session token", new Case(plain, 4096, List.of(KEY), Map.of(), "{\"accessToken\":\"ASIACALLER\",\"secretToken\":\"caller/secret\"}"));
        add("no secret", new Case(plain, 4096, List.of(KEY), Map.of(), "{\"accessToken\":\"ASIACALLER\",\"securityToken\":\"caller-session\"}"));
        add("more members", new Case(plain, 4096, List.of(KEY), Map.of(), CREDENTIALS.replace("}", ",\"expiration\":1}")));
        add("another caller", new Case(signed, 4096, List.of(KEY), Map.of("caller", "another"), CREDENTIALS.replace("CALLER", "OTHER").replace("caller", "other")));
        ObjectNode file = JSON.createObjectNode().put("serviceKmsKeyId", KEY);
        file.set("cases", cases);
        Out.json("fas/tokens.json", file);
        System.out.println("cases " + cases.size());
        System.exit(0);
    }

    private static void add(String name, Case c)
    {
        Kms kms = new Kms();
        AwsCrypto crypto = AwsCrypto.builder().withEncryptionAlgorithm(c.suite).withEncryptionFrameSize(c.frame)
                .withCommitmentPolicy(c.suite.isCommitting() ? CommitmentPolicy.RequireEncryptRequireDecrypt : CommitmentPolicy.ForbidEncryptAllowDecrypt)
                .build();
        byte[] sealed = crypto.encryptData(
                KmsMasterKeyProvider.builder().customRegionalClientSupplier(region -> kms.client()).buildStrict(c.sealedUnder),
                c.plain.getBytes(StandardCharsets.UTF_8), c.context).getResult();
        String token = Base64.getEncoder().encodeToString(sealed);
        ObjectNode node = cases.addObject().put("name", name).put("token", token).put("plaintext", c.plain);
        ArrayNode keys = node.putArray("dataKeys");
        kms.keys.forEach((blob, s) -> {
            ObjectNode key = keys.addObject().put("keyId", s.keyId).put("sealed", blob).put("plaintext", Base64.getEncoder().encodeToString(s.plain));
            s.context.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> key.withObject("/encryptionContext").put(e.getKey(), e.getValue()));
        });
        open(kms, token, node);
    }

    /** What the Java SDK makes of a token: credentials, or the class of its error. */
    private static void open(Kms kms, String token, ObjectNode node)
    {
        try {
            AwsSessionCredentials got = (AwsSessionCredentials) new KmsEncryptionProvider(kms.client()).getFasCredentials(KEY, token);
            node.putObject("credentials").put("accessKeyId", got.accessKeyId()).put("secretAccessKey", got.secretAccessKey()).put("sessionToken", got.sessionToken());
        }
        catch (RuntimeException e) {
            node.put("error", e.getClass().getName());
        }
    }
}
