// As src/pch/standard.hpp, of the unit tests.
#pragma once

#include <doctest.h>

#include "core/cbor.hpp"
#include "core/json.hpp"
#include "engine/host.hpp"
