using System.Globalization;

namespace CohereShell;

/// <summary>Adds up usage by group, with its cost. Its memory grows with the number of groups only.</summary>
internal sealed class UsageReport(PriceList prices, IReadOnlyList<UsageGrouping> groupBy)
{
    private const string NoValue = "-";
    private static readonly Dictionary<string, Operation> Known = Operations.All.ToDictionary(operation => operation.Name, StringComparer.OrdinalIgnoreCase);
    private readonly PriceList _prices = prices;
    private readonly IReadOnlyList<UsageGrouping> _groupBy = groupBy;
    private readonly Dictionary<string, Sum> _sums = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _unpriced = new(StringComparer.Ordinal);

    /// <summary>The models, or operations without a model, whose calls have no known cost.</summary>
    public IReadOnlyCollection<string> Unpriced => _unpriced;

    /// <summary>Adds calls with the same operation and model.</summary>
    public void Add(UsageLine line)
    {
        object?[] values = _groupBy.Select(grouping => ValueOf(line, grouping)).ToArray();
        // The values can't contain the separator, or be mistaken for each other if they do.
        string key = string.Join("\n", values.Select(value => value is null ? string.Empty : "=" + ((value as DateTime?)?.ToString("s", CultureInfo.InvariantCulture) ?? value.ToString()!.Replace("\n", "\n\n"))));
        if (!_sums.TryGetValue(key, out Sum? sum))
        {
            _sums.Add(key, sum = new Sum(values));
        }

        decimal? cost = CostOf(line);
        if (cost is null)
        {
            _unpriced.Add(line.Model ?? line.Operation);
        }

        sum.Add(line, cost);
    }

    /// <summary>A row for each group, in the order of the values.</summary>
    public IEnumerable<UsageRecord> Rows() => _sums.Values
        .OrderBy(sum => sum, Comparer<Sum>.Create((one, two) => Compare(one.Values, two.Values)))
        .Select(sum => Row(sum, string.Join(", ", sum.Values.Select(TextOf))));

    /// <summary>One row for all groups.</summary>
    public UsageRecord Total()
    {
        var total = new Sum([]);
        foreach (Sum sum in _sums.Values)
        {
            total.Add(sum);
        }

        return Row(total, "Total");
    }

    private decimal? CostOf(UsageLine line)
    {
        bool isBilled = Known.TryGetValue(line.Operation, out Operation? operation) ? operation.IsBilled : line.Method is not ("GET" or "HEAD" or "OPTIONS");
        long answered = line.Calls - line.FailedCalls;
        return !isBilled || (answered <= 0 && !line.Usage.HasBilledUnits && !line.IsUnfinished) ? 0 : _prices.CostOf(line.Model, line.Usage, Math.Max(answered, 0));
    }

    private UsageRecord Row(Sum sum, string group) => new()
    {
        Operation = group == "Total" && sum.Values.Length == 0 ? group : Value<string>(sum, UsageGrouping.Operation) ?? string.Empty,
        Model = Value<string>(sum, UsageGrouping.Model),
        Day = Value<DateTime?>(sum, UsageGrouping.Day),
        Month = Value<DateTime?>(sum, UsageGrouping.Month),
        ClientName = Value<string>(sum, UsageGrouping.ClientName),
        User = Value<string>(sum, UsageGrouping.User),
        Computer = Value<string>(sum, UsageGrouping.Computer),
        SessionId = Value<string>(sum, UsageGrouping.Session),
        Group = group,
        Calls = sum.Calls,
        FailedCalls = sum.FailedCalls,
        Retries = sum.Retries,
        Usage = sum.Usage,
        // A total without a single known price isn't zero: it isn't known.
        Cost = sum.HasCost ? sum.Cost : null,
        UnpricedCalls = sum.UnpricedCalls,
    };

    private T? Value<T>(Sum sum, UsageGrouping grouping)
    {
        for (int index = 0; index < sum.Values.Length; index++)
        {
            if (_groupBy[index] == grouping)
            {
                return (T?)sum.Values[index];
            }
        }

        return default;
    }

    private static object? ValueOf(UsageLine line, UsageGrouping grouping) => grouping switch
    {
        UsageGrouping.Operation => line.Operation,
        UsageGrouping.Model => line.Model,
        UsageGrouping.Day => line.Time?.LocalDateTime.Date,
        UsageGrouping.Month => line.Time?.LocalDateTime is { } time ? new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Local) : null,
        UsageGrouping.ClientName => line.ClientName,
        UsageGrouping.User => line.User,
        UsageGrouping.Computer => line.Computer,
        _ => line.Session,
    };

    private string TextOf(object? value, int index) => value switch
    {
        null => NoValue,
        DateTime time => time.ToString(_groupBy[index] == UsageGrouping.Month ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static int Compare(object?[] one, object?[] two)
    {
        for (int index = 0; index < one.Length; index++)
        {
            int order = one[index] is DateTime first && two[index] is DateTime second
                ? first.CompareTo(second)
                : string.CompareOrdinal(one[index]?.ToString(), two[index]?.ToString());
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private sealed class Sum(object?[] values)
    {
        public object?[] Values { get; } = values;

        public long Calls { get; private set; }

        public long FailedCalls { get; private set; }

        public long Retries { get; private set; }

        public long UnpricedCalls { get; private set; }

        public decimal Cost { get; private set; }

        public bool HasCost { get; private set; }

        public Usage Usage { get; private set; } = Usage.None;

        public void Add(UsageLine line, decimal? cost)
        {
            Calls += line.Calls;
            FailedCalls += line.FailedCalls;
            Retries += line.Retries;
            Usage = Usage.Plus(line.Usage);
            AddCost(cost);
            UnpricedCalls += cost is null ? Math.Max(line.Calls - line.FailedCalls, 1) : 0;
        }

        public void Add(Sum other)
        {
            Calls += other.Calls;
            FailedCalls += other.FailedCalls;
            Retries += other.Retries;
            Usage = Usage.Plus(other.Usage);
            AddCost(other.HasCost ? other.Cost : null);
            UnpricedCalls += other.UnpricedCalls;
        }

        private void AddCost(decimal? cost)
        {
            if (cost is not { } known)
            {
                return;
            }

            HasCost = true;
            Cost = decimal.MaxValue - Cost < known ? decimal.MaxValue : Cost + known;
        }
    }
}

/// <summary>Calls with the same operation and model: a line of an audit file, or the counts of a session.</summary>
internal sealed record UsageLine(string Operation, string? Model)
{
    public DateTimeOffset? Time { get; init; }

    public string? Method { get; init; }

    public string? ClientName { get; init; }

    public string? User { get; init; }

    public string? Computer { get; init; }

    public string? Session { get; init; }

    public long Calls { get; init; } = 1;

    public long FailedCalls { get; init; }

    public long Retries { get; init; }

    /// <summary>Whether the outcome isn't known: the process ended, or the call is running.</summary>
    public bool IsUnfinished { get; init; }

    public Usage Usage { get; init; } = Usage.None;

    public static UsageLine From(UsageRecord record) => new(record.Operation, record.Model)
    {
        Calls = record.Calls,
        FailedCalls = record.FailedCalls,
        Retries = record.Retries,
        Usage = record.Usage,
    };

    /// <summary>
    /// The usage of a line of an audit file; null for a call that wasn't sent, and for a tool. A tool runs on this computer, and
    /// the calls of its chat have their own lines.
    /// </summary>
    public static UsageLine? From(AuditEntry entry) =>
        entry.Tool is not null || entry.Outcome is AuditReasons.Denied or nameof(ErrorReason.BudgetExceeded) or nameof(ErrorReason.PriceUnknown)
            ? null
            : new(entry.Operation, entry.Model)
            {
                Time = entry.Time,
                Method = entry.Method,
                ClientName = entry.ClientName,
                User = entry.UserName,
                Computer = entry.ComputerName,
                Session = entry.SessionId,
                FailedCalls = entry.Outcome is "Success" or AuditReasons.Begun or "Cancelled" ? 0 : 1,
                Retries = Math.Max(0, entry.Attempts - 1),
                IsUnfinished = entry.Outcome is AuditReasons.Begun or "Cancelled",
                Usage = entry.Usage,
            };
}
