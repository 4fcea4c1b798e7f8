using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Answers requests: checks the key and the limits, finds the operation, and returns errors.</summary>
/// <param name="operations">The emulated operations.</param>
/// <param name="keys">The check of the key.</param>
/// <param name="limits">The limits. Null if requests aren't counted.</param>
internal sealed class EmulatorCore(IReadOnlyDictionary<Operation, EmulatedOperation> operations, KeyCheck keys, RateLimitWindow? limits)
{
    /// <summary>Answers a request, or returns a fault instead. A wrong key is refused before anything else is looked at.</summary>
    internal EmulatorResponse Answer(EmulatorRequest request, FaultChoice fault)
    {
        EmulatorResponse response = keys.Refuse(request) ?? FaultAnswer(request, fault) ?? Answer(request);
        return response.With("x-debug-trace-id", request.Id.Replace("-", string.Empty));
    }

    private static EmulatorResponse? FaultAnswer(EmulatorRequest request, FaultChoice fault)
    {
        string? id = ErrorId(request);
        return fault.Fault switch
        {
            Fault.TooManyRequests => EmulatorResponse.Error(429, id, "Please wait and try again later")
                .With("Retry-After", fault.Variant ? "1" : "0"),
            Fault.InternalError => EmulatorResponse.Error(500, id, "internal server error, this has been reported to our developers. id " + request.Id),
            Fault.Unavailable when fault.Variant => EmulatorResponse.Error(503, id, "service unavailable").With("Retry-After", "1"),
            Fault.Unavailable => EmulatorResponse.Error(503, id, "service unavailable"),
            _ => null,
        };
    }

    // Error bodies of v1 contain only a message, except those of chat.
    private static string? ErrorId(EmulatorRequest request) =>
        request.Path.StartsWith("/v2/", StringComparison.Ordinal) || request.Operation == Operations.ChatV1 ? request.Id : null;

    private static EmulatorResponse NoRoute(EmulatorRequest request)
    {
        string[] allowed = Operations.All.Select(operation => operation.Method).Distinct()
            .Where(method => Operations.ForRequest(method, request.Path).IsKnown).ToArray();
        return allowed.Length == 0
            ? EmulatorResponse.Error(404, ErrorId(request), "404 page not found")
            : EmulatorResponse.Error(405, ErrorId(request), "method not allowed").With("Allow", string.Join(", ", allowed));
    }

    private EmulatorResponse Answer(EmulatorRequest request)
    {
        if (!request.Operation.IsKnown)
        {
            return NoRoute(request);
        }

        if (!operations.TryGetValue(request.Operation, out EmulatedOperation? operation))
        {
            return EmulatorResponse.Error(501, request.Id, $"the emulator does not answer {request.Operation.Name} yet");
        }

        var limit = default(RateLimitDecision);
        try
        {
            limit = limits?.Take(operation, request) ?? default;
            return limit.Refusal != RateLimitRefusalKind.None ? OverLimit(request, limit) : WithLimit(operation.Answer(request), limit);
        }
        catch (EmulatorException error)
        {
            return WithLimit(EmulatorResponse.Error(error.Status, ErrorId(request), error.Message, error.ErrorType), limit);
        }
        catch (Exception error)
        {
            // A defect of the emulator is returned as an error. A closed connection would not show its cause.
            return EmulatorResponse.Error(500, ErrorId(request), $"the emulator failed: {error.GetType().Name}: {error.Message}");
        }
    }

    // The service doesn't send Retry-After or another header with a time. The body of a limit per minute has no id.
    private EmulatorResponse OverLimit(EmulatorRequest request, RateLimitDecision limit)
    {
        bool isMonthly = limit.Refusal == RateLimitRefusalKind.Month;
        string unit = limit.Unit == LimitUnit.Requests ? "API calls" : limit.Unit.ToString().ToLowerInvariant();
        string message = limits!.KeyType == CohereKeyType.Trial
            ? FormattableString.Invariant($"You are using a Trial key, which is limited to {limit.Allowed} {unit} / {(isMonthly ? "month" : "minute")}.")
            : "You are past the per minute request limit, please wait and try again later.";
        return EmulatorResponse.Error(429, isMonthly ? request.Id : null, message);
    }

    // Only answers to trial keys have these headers.
    private EmulatorResponse WithLimit(EmulatorResponse response, RateLimitDecision limit) =>
        limit.Allowed == 0 || limits!.KeyType != CohereKeyType.Trial
            ? response
            : response
                .With("x-endpoint-monthly-call-limit", limit.MonthlyLimit.ToString(CultureInfo.InvariantCulture))
                .With("x-trial-endpoint-call-limit", limit.Allowed.ToString(CultureInfo.InvariantCulture))
                .With("x-trial-endpoint-call-remaining", limit.Remaining.ToString(CultureInfo.InvariantCulture));
}
