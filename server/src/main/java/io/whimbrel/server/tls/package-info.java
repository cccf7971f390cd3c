/** Certificates and keys as people have them in files, and what TLS makes of them. */
@NullMarked
package io.whimbrel.server.tls;

import org.jspecify.annotations.NullMarked;
