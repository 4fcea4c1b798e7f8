using System.Globalization;

namespace CohereShell;

/// <summary>
/// The calls that a command would make, with -WhatIf. The pipeline adds them here and doesn't send them. It is
/// thread-safe, and its memory doesn't grow with the number of calls.
/// </summary>
internal sealed class CallPlan(CohereSession session)
{
    private readonly CohereSession _session = session;
    private readonly SortedDictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly PlannedLimits? _limits = session.Budget is null ? null : new(session.Budget);
    private string? _note;

    /// <summary>Whether nothing is tried: refused calls aren't recorded in the audit file.</summary>
    public bool IsWhatIf { get; init; } = true;

    /// <summary>Why the session refuses one of the calls, which ends the run; null if it refuses none.</summary>
    public CohereException? Refusal { get; private set; }

    /// <summary>Adds that the session refuses the next call.</summary>
    public void Refuse(CohereException refusal)
    {
        lock (_parts)
        {
            Refusal ??= refusal;
        }
    }

    /// <summary>Adds a sentence to the text of the plan.</summary>
    public void Note(string sentence) => _note = sentence;

    /// <summary>Adds a call.</summary>
    public void Add(ApiRequest request)
    {
        if (!request.Operation.IsBilled)
        {
            return;
        }

        var estimate = CallEstimate.Of(request);
        PriceList prices = _session.Prices ?? PriceList.Default;
        lock (_parts)
        {
            if (Refusal is not null)
            {
                // The run has ended.
                return;
            }

            decimal? most = estimate.MostCost(prices);
            // Later calls can still be sent when those before them have ended. The text of the plan tells how many.
            if (_session.Budget is { } budget && (_parts.Count == 0 || (budget.MoneyLimit is not null && most is null)))
            {
                Refusal = budget.Refusal(request);
                if (Refusal is not null)
                {
                    return;
                }
            }

            _limits?.Add(most ?? 0, estimate.InputCost(prices) ?? 0);
            string name = $"{estimate.Operation.Name}{(estimate.Model is null ? string.Empty : " with " + estimate.Model)}";
            if (!_parts.TryGetValue(name, out Part? part))
            {
                _parts.Add(name, part = new Part(OriginOf(estimate.Model)));
            }

            part.Add(estimate, prices);
        }
    }

    /// <summary>The calls, inputs, tokens and cost in a sentence for each operation and model.</summary>
    public override string ToString()
    {
        lock (_parts)
        {
            return _parts.Count == 0 ? "Nothing would be sent." : string.Join(" ", (string?[])
            [
                .. _parts.Select(pair => pair.Value.Describe(pair.Key)),
                .. new[] { _note, _limits?.ToString(), Refusal is null ? null : "Then the session would refuse a call, and the run would end." }.Where(sentence => sentence is not null),
            ]);
        }
    }

    /// <summary>An amount in dollars, which isn't zero if it's only small.</summary>
    internal static string Dollars(decimal amount) => amount is > 0 and < 0.000001m ? "less than 0.000001" : amount.ToString("0.00####", CultureInfo.InvariantCulture);

    private string OriginOf(string? model) =>
        ReferenceEquals((_session.Prices ?? PriceList.Default).For(model), PriceList.Default.For(model)) ? "list prices" : "your prices";

    private sealed class Part(string origin)
    {
        private readonly string _origin = origin;
        private long _calls;
        private long _inputs;
        private long _inputTokens;
        private long _images;
        private decimal? _inputCost = 0;
        private decimal? _answerCost = 0;

        public void Add(CallEstimate estimate, PriceList prices)
        {
            _calls++;
            _inputs += estimate.Inputs;
            _inputTokens += estimate.HasText ? estimate.LikelyInputTokens : 0;
            _images += estimate.Images;
            _inputCost += estimate.InputCost(prices);
            _answerCost += estimate.AnswerCost(prices);
        }

        public string Describe(string name) =>
            $"{Count(_calls, "call", "calls")} of {name}: {Count(_inputs, "input", "inputs")}, "
            + $"{(_images > 0 ? Count(_images, "image", "images") + ", " : string.Empty)}"
            + $"{(_inputTokens > 0 ? $"about {Count(_inputTokens, "input token", "input tokens")}, " : string.Empty)}{Money()}";

        private string Money() =>
            _inputCost is not { } input || _answerCost is not { } answer ? "cost not known."
            : answer > 0 ? $"{Dollars(input)} US dollars and up to {Dollars(answer)} for the answers ({_origin})."
            : $"{Dollars(input)} US dollars ({_origin}).";

        private static string Count(long count, string one, string many) => FormattableString.Invariant($"{count:N0} {(count == 1 ? one : many)}");
    }
}

/// <summary>Ends a call that is planned and not sent. It isn't shown.</summary>
internal sealed class PlannedCallException() : CohereException(ErrorReason.NotAllowed, "The call was planned and not sent.");
