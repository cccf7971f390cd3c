/**
 * SCRAM (RFC 5802, RFC 7677), as client and broker have it in common: its messages as values, its
 * hashes, and how names and passwords are prepared.
 */
@NullMarked
package io.whimbrel.codec.scram;

import org.jspecify.annotations.NullMarked;
