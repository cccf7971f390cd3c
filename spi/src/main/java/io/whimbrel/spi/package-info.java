/**
 * What others write to decide who comes in ({@link io.whimbrel.spi.Authenticator}) and what they
 * may do ({@link io.whimbrel.spi.Authorizer}). Found by {@link java.util.ServiceLoader} in the jars
 * of {@code auth.plugin-directory}.
 */
@NullMarked
package io.whimbrel.spi;

import org.jspecify.annotations.NullMarked;
