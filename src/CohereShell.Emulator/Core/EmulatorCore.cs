using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Answers requests: checks the key and the limits, finds the operation, and returns errors.</summary>
/// <param name="operations">The emulated operations.</param>
/// <param name="limits">The limits. Null if they aren't enforced.</param>
internal sealed class EmulatorCore(IReadOnlyDictionary<Operation, EmulatedOperation> operations, RateLimitWindow? limits)
{
    private const string InvalidKey = "invalid";

    /// <summary>Answers a request, or returns a fault instead.</summary>
    internal EmulatorResponse Answer(EmulatorRequest request, FaultChoice fault)
    {
        EmulatorResponse response = FaultAnswer(request, fault) ?? Answer(request);
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

    private static EmulatorResponse? Unauthorized(EmulatorRequest request)
    {
        string? key = BearerKey(request.Header("Authorization"));
        return key switch
        {
            null => EmulatorResponse.Error(401, null, "no api key supplied"),
            InvalidKey => EmulatorResponse.Error(401, request.Id, "invalid api token"),
            _ => null,
        };
    }

    private static string? BearerKey(string? header)
    {
        const string Scheme = "Bearer ";
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string key = header.Substring(Scheme.Length).Trim();
        return key.Length == 0 ? null : key;
    }

    // Error bodies of v1 contain only a message.
    private static string? ErrorId(EmulatorRequest request) =>
        request.Path.StartsWith("/v2/", StringComparison.Ordinal) ? request.Id : null;

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

        if (Unauthorized(request) is { } refusal)
        {
            return refusal;
        }

        if (!operations.TryGetValue(request.Operation, out EmulatedOperation? operation))
        {
            return EmulatorResponse.Error(501, request.Id, $"the emulator does not answer {request.Operation.Name} yet");
        }

        try
        {
            RateLimitDecision limit = limits?.Take(operation, request) ?? default;
            if (limit.IsRefused)
            {
                return WithLimit(OverLimit(request, limit, limits!), limit);
            }

            return WithLimit(operation.Answer(request), limit);
        }
        catch (EmulatorException error)
        {
            return EmulatorResponse.Error(error.Status, ErrorId(request), error.Message, error.ErrorType);
        }
        catch (Exception error)
        {
            // A defect of the emulator is returned as an error. A closed connection would not show its cause.
            return EmulatorResponse.Error(500, ErrorId(request), $"the emulator failed: {error.GetType().Name}: {error.Message}");
        }
    }

    private static EmulatorResponse OverLimit(EmulatorRequest request, RateLimitDecision limit, RateLimitWindow limits)
    {
        string window = limits.Window == TimeSpan.FromMinutes(1)
            ? "minute"
            : FormattableString.Invariant($"{limits.Window.TotalSeconds} s");
        string unit = limit.Limit!.Unit == LimitUnit.Requests ? "API calls" : limit.Limit.Unit.ToString().ToLowerInvariant();
        string message = limits.KeyType == CohereKeyType.Trial
            ? FormattableString.Invariant($"You are using a Trial key, which is limited to {limit.Allowed} {unit} / {window}. ")
                + "You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at "
                + "'https://dashboard.cohere.com/api-keys'. Contact us on 'https://discord.gg/XW44jPfYJu' or email us at "
                + "support@cohere.com with any questions"
            : FormattableString.Invariant($"You are past the limit of {limit.Allowed} {unit} / {window}, please wait and try again later.");
        return EmulatorResponse.Error(429, request.Id, message)
            .With("Retry-After", WholeSeconds(limit.ResetsIn).ToString(CultureInfo.InvariantCulture));
    }

    private static EmulatorResponse WithLimit(EmulatorResponse response, RateLimitDecision limit)
    {
        if (limit.Limit is null)
        {
            return response;
        }

        long reset = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + WholeSeconds(limit.ResetsIn);
        return response
            .With("X-RateLimit-Limit", limit.Allowed.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Remaining", limit.Remaining.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Reset", reset.ToString(CultureInfo.InvariantCulture));
    }

    // The header contains whole seconds. Rounding down would make clients retry too early.
    private static long WholeSeconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));
}
