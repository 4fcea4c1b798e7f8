using System.Globalization;

namespace CohereShell;

/// <summary>
/// How far a budget lets planned calls go. What answers cost isn't known before, so there are two numbers: calls that are
/// sent even if each costs the most it can, and calls that are sent if the answers cost nothing.
/// </summary>
internal sealed class PlannedLimits(Budget budget)
{
    private readonly Budget _budget = budget;
    private readonly long _callsBefore = budget.Calls;
    private readonly decimal _usedBefore = budget.Used;
    private long _calls;
    private long _sure;
    private long _possible;
    private bool _isSureEnded;
    private bool _isPossibleEnded;
    private decimal _most;
    private decimal _least;

    public void Add(decimal most, decimal least)
    {
        _calls++;
        _most += most;
        _isSureEnded |= _usedBefore + _most > _budget.MoneyLimit;
        _sure += _isSureEnded ? 0 : 1;
        // A call is sent if the most that it can cost is left, and ends with the least.
        _isPossibleEnded |= _usedBefore + _least + most > _budget.MoneyLimit;
        _possible += _isPossibleEnded ? 0 : 1;
        _least += least;
    }

    /// <summary>Which of the calls would be sent; null if all would.</summary>
    public override string? ToString()
    {
        long allowed = (_budget.CallLimit ?? long.MaxValue) - _callsBefore;
        if (_calls > allowed && allowed <= _sure)
        {
            return $"Only {Count(allowed)} would be sent: the session has made {Number(_callsBefore)} of at most {Number(_budget.CallLimit ?? 0)} calls.";
        }

        if (!_isSureEnded)
        {
            return null;
        }

        long most = Math.Min(_possible, allowed);
        string used = $"of the budget of {Dollars(_budget.MoneyLimit ?? 0)} US dollars, {Dollars(_usedBefore)} are used";
        return _sure == most ? $"Only {Count(_sure)} would be sent: {used}."
            : most == _calls ? $"The run could end after {Count(_sure)}, depending on what each costs: {used}."
            : $"Between {Number(_sure)} and {Count(most)} would be sent, depending on what each costs: {used}.";
    }

    private string Count(long count) => $"{Number(count)} of the {Number(_calls)} calls";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Dollars(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);
}
