package interop;

import com.amazonaws.athena.connector.lambda.security.EncryptionKey;

/** How the examined function was told to protect what it spills. */
enum Mode
{
    PLAIN(0), AES(32), KMS(16);

    private final int keyBytes;

    Mode(int keyBytes)
    {
        this.keyBytes = keyBytes;
    }

    void checkKey(Report report, EncryptionKey key)
    {
        if (keyBytes == 0) {
            report.check(key == null, "spill encryption is off, but a split has a key");
            return;
        }
        report.check(key != null && key.getKey().length == keyBytes && key.getNonce().length == 12, "the split's key is not one of mode %s", this);
    }
}
