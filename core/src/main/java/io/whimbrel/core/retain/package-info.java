/** The last message of each topic, kept for who comes later. */
@NullMarked
package io.whimbrel.core.retain;

import org.jspecify.annotations.NullMarked;
