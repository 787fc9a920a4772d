@NullMarked
package io.aegis.repository.key;

import org.jspecify.annotations.NullMarked;
