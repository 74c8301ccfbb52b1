// Between a call's text arguments and a method's types.
//
//   std::string            the text itself
//   int32_t, int64_t, uint32_t, uint64_t   decimal, in range
//   bool                   "true" or "false"
//   nlohmann::json, T      JSON text; T by its from_json()
//   JsonObject, JsonArray  JSON text of that kind
//
// Results: absl::Status (nothing), StatusOr of the same types. JSON results have
// sorted keys and no floating point, so that every endorser returns the same bytes.
#pragma once

#include <cstdint>
#include <exception>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan {

class TransactionContext;

struct JsonObject {
  nlohmann::json value;
};
struct JsonArray {
  nlohmann::json value;
};

// A parameter's name and JSON schema type, for the metadata.
struct ParameterType {
  std::string name;
  std::string schema;
};

namespace internal {
// Errors are kInvalidArgument "argument 'NAME': ...".
absl::Status ArgumentError(absl::string_view name, absl::string_view reason);
absl::StatusOr<int64_t> ParseSigned(absl::string_view name, absl::string_view text, int64_t min,
                                    int64_t max);
absl::StatusOr<uint64_t> ParseUnsigned(absl::string_view name, absl::string_view text,
                                       uint64_t max);
absl::StatusOr<bool> ParseBool(absl::string_view name, absl::string_view text);
// At most 1 MiB and 32 levels.
absl::StatusOr<nlohmann::json> ParseJson(absl::string_view name, absl::string_view text);
// kInternal when a floating point number or text that is not UTF-8 is inside.
absl::StatusOr<std::string> DumpJson(const nlohmann::json& json);
absl::Status CheckCount(size_t expected, size_t given);
}  // namespace internal

template <typename T>
constexpr const char* SchemaOf() {
  if constexpr (std::is_same_v<T, bool>) {
    return "boolean";
  } else if constexpr (std::is_integral_v<T>) {
    return "integer";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return "string";
  } else if constexpr (std::is_same_v<T, JsonArray>) {
    return "array";
  } else {
    static_assert(!std::is_floating_point_v<T>, "floating point differs between machines");
    return "object";
  }
}

template <typename T>
absl::StatusOr<T> FromArgument(absl::string_view name, const std::string& text) {
  if constexpr (std::is_same_v<T, std::string>) {
    return text;
  } else if constexpr (std::is_same_v<T, bool>) {
    return internal::ParseBool(name, text);
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    auto value = internal::ParseSigned(name, text, std::numeric_limits<T>::min(),
                                       std::numeric_limits<T>::max());
    if (!value.ok()) return value.status();
    return static_cast<T>(*value);
  } else if constexpr (std::is_integral_v<T>) {
    auto value = internal::ParseUnsigned(name, text, std::numeric_limits<T>::max());
    if (!value.ok()) return value.status();
    return static_cast<T>(*value);
  } else {
    auto json = internal::ParseJson(name, text);
    if (!json.ok()) return json.status();
    if constexpr (std::is_same_v<T, nlohmann::json>) {
      return *std::move(json);
    } else if constexpr (std::is_same_v<T, JsonObject>) {
      if (!json->is_object()) return internal::ArgumentError(name, "is not a JSON object");
      return JsonObject{*std::move(json)};
    } else if constexpr (std::is_same_v<T, JsonArray>) {
      if (!json->is_array()) return internal::ArgumentError(name, "is not a JSON array");
      return JsonArray{*std::move(json)};
    } else {
      try {
        return json->get<T>();
      } catch (const std::exception& e) {
        return internal::ArgumentError(name, e.what());
      }
    }
  }
}

template <typename T>
absl::StatusOr<std::string> ToResult(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    return std::string(value ? "true" : "false");
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<T, JsonObject> || std::is_same_v<T, JsonArray>) {
    return internal::DumpJson(value.value);
  } else {
    return internal::DumpJson(nlohmann::json(value));
  }
}

namespace internal {

template <typename R>
struct ResultOf;
template <>
struct ResultOf<absl::Status> {
  static std::string Schema() { return ""; }
  static absl::StatusOr<std::string> Convert(const absl::Status& status) {
    if (!status.ok()) return status;
    return std::string();
  }
};
template <typename T>
struct ResultOf<absl::StatusOr<T>> {
  static std::string Schema() { return SchemaOf<T>(); }
  static absl::StatusOr<std::string> Convert(const absl::StatusOr<T>& result) {
    if (!result.ok()) return result.status();
    return ToResult(*result);
  }
};

}  // namespace internal

template <typename R>
std::string ResultSchema() {
  return internal::ResultOf<R>::Schema();
}

template <typename C, typename R, typename... Args, size_t... I>
absl::StatusOr<std::string> CallWithIndexes(
    const C* self, R (C::*method)(TransactionContext&, Args...) const, TransactionContext& context,
    [[maybe_unused]] const std::vector<std::string>& names,
    [[maybe_unused]] absl::Span<const std::string> arguments, std::index_sequence<I...>) {
  std::tuple<absl::StatusOr<std::decay_t<Args>>...> values{
      FromArgument<std::decay_t<Args>>(names[I], arguments[I])...};
  absl::Status first;
  ((first.ok() ? void(first = std::get<I>(values).status()) : void()), ...);
  if (!first.ok()) return first;
  return internal::ResultOf<R>::Convert((self->*method)(context, *std::get<I>(values)...));
}

template <typename C, typename R, typename... Args>
absl::StatusOr<std::string> CallWithArguments(const C* self,
                                              R (C::*method)(TransactionContext&, Args...) const,
                                              TransactionContext& context,
                                              const std::vector<std::string>& names,
                                              absl::Span<const std::string> arguments) {
  if (absl::Status count = internal::CheckCount(names.size(), arguments.size()); !count.ok()) {
    return count;
  }
  return CallWithIndexes(self, method, context, names, arguments,
                         std::index_sequence_for<Args...>());
}

}  // namespace suyuan
