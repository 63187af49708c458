// Package spill writes the rows of one split as one inline block or as a row of encrypted objects, and reads such
// objects back.
//
// An object is exactly one Arrow IPC record batch message in legacy framing (package block), whatever the version
// of the messages around it; the schema travels in the answer. With a key the object is AES-GCM over those bytes:
//
//	object = ciphertext || tag (16 bytes)
//
// with the split's key (16 or 32 bytes) and nonce (12 bytes), no additional data, and nothing in front: the nonce is
// not in the object. One key and nonce serve every block of a split, and a repeated read of the split uses them
// again. That is a weakness of GCM in the protocol, kept because the other side expects it; keys therefore never
// outlive a split.
//
// Block n of a split, from 0, is stored under the split's key with "." and n appended.
//
// What differs from the Java SDK: encoded bytes are what is limited, and no block is larger than the limit (Java
// closes a block after the row that went over, by its own accounting of unpadded buffers); blocks are named in row
// order and listed in it; the first failed upload fails the read, that of the last block too.
package spill
