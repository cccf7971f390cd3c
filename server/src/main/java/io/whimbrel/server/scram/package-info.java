/**
 * SCRAM (RFC 5802, RFC 7677), the server's side: an exchange without input and output, and the file
 * of what is kept of passwords.
 */
@NullMarked
package io.whimbrel.server.scram;

import org.jspecify.annotations.NullMarked;
