/** The journal on disk: RocksDB behind the storage ports of the core. */
@NullMarked
package io.whimbrel.store;

import org.jspecify.annotations.NullMarked;
