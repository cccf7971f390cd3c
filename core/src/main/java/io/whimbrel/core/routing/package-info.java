/** From a topic name to those who asked for it. */
@NullMarked
package io.whimbrel.core.routing;

import org.jspecify.annotations.NullMarked;
