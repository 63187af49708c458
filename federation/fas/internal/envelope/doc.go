// Package envelope opens messages of the AWS Encryption SDK that are held in memory: their format version 2, which all
// suites with key commitment have (AWS Encryption SDK Developer Guide, "message format reference"):
//
//	header     version (02), suite (0478 or 0578), message id (32 bytes), encryption context, the data key sealed under
//	           one or several keys, content type (1: one piece, 2: frames), frame length, key commitment (32 bytes)
//	tag        of the header: 16 bytes of AES-256-GCM
//	body       one piece, or frames numbered from 1, each with its nonce and tag
//	signature  suite 0578 only: ECDSA on P-384 over all of the above
//
// All numbers are big-endian. Encryption and commitment key come from the data key, by HKDF with SHA-512.
//
// Version 1, whose suites commit to no key, is refused: one of its messages can have different plaintexts under different
// keys. AWS's own SDKs refuse it by default, Athena's Java SDK among them.
package envelope
