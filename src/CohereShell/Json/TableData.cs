using System.Collections;
using System.Data;

namespace CohereShell.Json;

/// <summary>
/// Rows and tables of ADO.NET: results of database queries. As objects, they have more properties than columns, and
/// each row leads to the whole table.
/// </summary>
internal static class TableData
{
    /// <summary>The columns of a row, in order; null if the value isn't a row.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>>? ColumnsOf(object? value) => PowerShellJson.Unwrap(value) switch
    {
        DataRow row => ColumnsOf(row.Table, column => row[column]),
        DataRowView view => ColumnsOf(view.Row.Table, column => view[column.ColumnName]),
        _ => null,
    };

    /// <summary>The rows of a table; null if the value isn't a table.</summary>
    public static ICollection? RowsOf(object? value) => (PowerShellJson.Unwrap(value) as DataTable)?.Rows;

    /// <summary>The rows of a table. Any other value is returned unchanged.</summary>
    public static IEnumerable<object?> Each(object? value) => RowsOf(value)?.Cast<object?>() ?? [value];

    private static KeyValuePair<string, object?>[] ColumnsOf(DataTable table, Func<DataColumn, object?> valueOf) =>
        table.Columns.Cast<DataColumn>().Select(column => new KeyValuePair<string, object?>(column.ColumnName, valueOf(column))).ToArray();
}
