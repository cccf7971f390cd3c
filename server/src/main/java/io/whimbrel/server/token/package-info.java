/** Tokens that let clients in: JSON Web Tokens (RFC 7519), and those that an issuer is asked of. */
@NullMarked
package io.whimbrel.server.token;

import org.jspecify.annotations.NullMarked;
