/** Who may connect, publish and subscribe. */
@NullMarked
package io.whimbrel.server.auth;

import org.jspecify.annotations.NullMarked;
