using System.Globalization;

namespace CohereShell;

/// <summary>
/// The limits of a session in US dollars and in calls. Before a call is sent, the most that it can cost is reserved, so
/// that calls in parallel can't pass the limit together. When it ends, its cost replaces the reservation.
/// </summary>
internal sealed class Budget(decimal? moneyLimit, long? callLimit, Func<PriceList> prices)
{
    private readonly object _gate = new();
    private readonly Lazy<PriceList> _prices = new(prices);
    private TaskCompletionSource<bool> _change = NewChange();
    private decimal _reserved;
    private decimal _spent;
    private int _waitable;
    private long _calls;

    /// <summary>The limit in US dollars; null if there isn't one.</summary>
    public decimal? MoneyLimit { get; } = moneyLimit;

    /// <summary>The limit of calls that may cost money; null if there isn't one.</summary>
    public long? CallLimit { get; } = callLimit;

    /// <summary>The US dollars that ended calls have cost, and the reservations of the others.</summary>
    public decimal Used
    {
        get
        {
            lock (_gate)
            {
                return _spent + _reserved;
            }
        }
    }

    /// <summary>The number of calls that may have cost money.</summary>
    public long Calls
    {
        get
        {
            lock (_gate)
            {
                return _calls;
            }
        }
    }

    /// <summary>
    /// Reserves the most that a call can cost. If only the calls in flight are in the way, waits for them, because most
    /// cost much less than was reserved for them.
    /// </summary>
    /// <returns>The reservation; null if the call costs nothing.</returns>
    /// <exception cref="CohereException">The call could pass the limit, or its cost can't be known.</exception>
    public async ValueTask<Reservation?> ReserveAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (!request.Operation.IsBilled)
        {
            return null;
        }

        decimal most = MoneyLimit is null ? 0 : MostCost(request);
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_calls >= CallLimit)
                {
                    throw CallsExceeded(request);
                }

                decimal spent = _spent;
                if (MoneyLimit is not { } limit || spent + _reserved + most <= limit)
                {
                    return Take(request, most);
                }

                // A stream ends when its reader is done, and the reader may be the one that waits here.
                if (_waitable == 0 || spent + most > limit)
                {
                    throw MoneyExceeded(request, most);
                }

                change = _change.Task;
            }

            await WaitAsync(change, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Why a call wouldn't be sent now, if none were in flight; null if it would.</summary>
    public CohereException? Refusal(ApiRequest request)
    {
        try
        {
            decimal most = MoneyLimit is null ? 0 : MostCost(request);
            lock (_gate)
            {
                return _calls >= CallLimit ? CallsExceeded(request)
                    : _spent + most > MoneyLimit ? MoneyExceeded(request, most)
                    : null;
            }
        }
        catch (CohereException exception)
        {
            return exception;
        }
    }

    private CohereException CallsExceeded(ApiRequest request) =>
        Exceeded(request, FormattableString.Invariant($"the session has made {_calls:N0} of at most {CallLimit:N0} calls."));

    private CohereException MoneyExceeded(ApiRequest request, decimal most)
    {
        string inFlight = _reserved > 0 ? $", and {Dollars(_reserved)} are reserved for calls in flight" : string.Empty;
        return Exceeded(request, $"it could cost up to {Dollars(most)} US dollars. Of the budget of {Dollars(MoneyLimit ?? 0)}, {Dollars(_spent)} are used{inFlight}.");
    }

    private Reservation Take(ApiRequest request, decimal most)
    {
        _calls++;
        _reserved += most;
        _waitable += request.IsStream ? 0 : 1;
        return new Reservation(this, most, !request.IsStream);
    }

    private decimal MostCost(ApiRequest request)
    {
        var estimate = CallEstimate.Of(request);
        if (estimate.MostCost(_prices.Value) is { } most)
        {
            return most;
        }

        string why = estimate.IsJob ? "what it costs is known only when it has ended"
            : estimate.Model is null || _prices.Value.For(estimate.Model) is not null ? "the cost of the call can't be known before it is made"
            : $"the price of '{ApiErrors.Shorten(estimate.Model)}' isn't known";
        throw new CohereException(ErrorReason.PriceUnknown, $"{request.Title} wasn't sent: the session has a budget in US dollars, and {why}.")
        {
            // A price doesn't help: the cost depends on the rows of a dataset.
            Advice = estimate.IsJob ? "Nothing was sent. Start jobs, batches and trainings in another session, without -BudgetLimit. To limit their number, use -CallLimit instead: Connect-Cohere -CallLimit 10" : null,
        };
    }

    private static CohereException Exceeded(ApiRequest request, string why) => new(ErrorReason.BudgetExceeded, $"{request.Title} wasn't sent: {why}");

    private static string Dollars(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);

    private static TaskCompletionSource<bool> NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task WaitAsync(Task change, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> cancelled = NewChange();
        using (cancellationToken.Register(() => cancelled.TrySetResult(true)))
        {
            await Task.WhenAny(change, cancelled.Task).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>What is reserved for a call.</summary>
    internal sealed class Reservation(Budget budget, decimal amount, bool isWaitable)
    {
        private readonly Budget _budget = budget;
        private readonly decimal _amount = amount;
        private readonly bool _isWaitable = isWaitable;
        private int _isSettled;

        /// <summary>The call wasn't sent.</summary>
        public void GiveBack() => Settle(0, calls: -1);

        /// <summary>The call failed with an answer of the service, which costs nothing.</summary>
        public void Fail() => Settle(0, calls: 0);

        /// <summary>The call ended. If its cost isn't known, the reservation is its cost.</summary>
        public void Spend(string? model, Usage? usage) =>
            Settle((usage is null || _budget.MoneyLimit is null ? null : _budget._prices.Value.CostOf(model, usage)) ?? _amount, calls: 0);

        private void Settle(decimal cost, int calls)
        {
            if (Interlocked.Exchange(ref _isSettled, 1) == 1)
            {
                return;
            }

            TaskCompletionSource<bool> change;
            lock (_budget._gate)
            {
                _budget._reserved -= _amount;
                _budget._spent += cost;
                _budget._calls += calls;
                _budget._waitable -= _isWaitable ? 1 : 0;
                change = _budget._change;
                _budget._change = NewChange();
            }

            change.TrySetResult(true);
        }
    }
}
